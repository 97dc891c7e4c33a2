package dev.quipu.config;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * JSON as plain Java values: {@code Map} (in the order of the text), {@code List}, {@code String}, {@code Long} or
 * {@code BigInteger}, {@code Double}, {@code Boolean} and {@code null}. Reads what Python's {@code json} reads, so
 * {@code NaN} and {@code Infinity} too. Streaming only: databind costs half a second at a cold start.
 */
public final class Json {

  /** The one parser factory; for files too large to hold as a tree, such as a {@code tokenizer.json}. */
  public static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private Json() {}

  /**
   * @param name what the text is called in a message, such as {@code config.json}
   * @throws QuipuException if the text is no JSON, with line and column
   */
  public static Object parse(String text, String name) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return document(parser, name);
    } catch (JacksonException e) {
      throw malformed(name, e);
    }
  }

  /** As {@link #parse(String, String)}, over UTF-8 bytes. */
  public static Object parse(InputStream in, String name) {
    try (in; JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
      return document(parser, name);
    } catch (JacksonException e) {
      throw malformed(name, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value that starts at the parser's current token; leaves the parser on the value's last token. */
  public static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /** The message for text that is no JSON: where, and what the parser said of it. */
  public static QuipuException malformed(String name, JacksonException e) {
    var at = e.getLocation();
    String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    return new QuipuException(name + ": not valid JSON: " + e.getOriginalMessage() + where, e);
  }

  private static Object document(JsonParser parser, String name) {
    if (parser.nextToken() == null) {
      throw new QuipuException(name + ": not valid JSON: it is empty");
    }
    Object value = value(parser);
    if (parser.nextToken() != null) {
      throw new QuipuException(name + ": not valid JSON: more text follows the value");
    }
    return value;
  }

  private static Map<String, Object> object(JsonParser parser) {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      map.put(key, value(parser));
    }
    return map;
  }

  private static List<Object> array(JsonParser parser) {
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return list;
  }

  private static Object integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> parser.getBigIntegerValue();
    };
  }
}
