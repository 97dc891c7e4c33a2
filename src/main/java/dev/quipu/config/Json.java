package dev.quipu.config;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON as plain Java values: {@code Map} (in the order of the text), {@code List}, {@code String}, {@code Long} or
 * {@code BigInteger}, {@code Double}, {@code Boolean} and {@code null}. Reads what Python's {@code json} reads, so
 * {@code NaN} and {@code Infinity} too; of a key given twice the last value counts. Writes nothing but the escapes of a
 * string.
 */
public final class Json {

  private Json() {}

  /**
   * @param name what the text is called in a message, such as {@code config.json}
   * @throws QuipuException if the text is no JSON, with the place
   */
  public static Object parse(String text, String name) {
    return new JsonReader(text.getBytes(StandardCharsets.UTF_8), name).document();
  }

  /** As {@link #parse(String, String)}, over UTF-8 bytes. */
  public static Object parse(InputStream in, String name) {
    try (in) {
      return new JsonReader(in, name).document();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a character of a string with the escapes that it must have, as Python's {@code json} writes them. */
  public static void escape(int codePoint, StringBuilder out) {
    switch (codePoint) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\f' -> out.append("\\f");
      case '\b' -> out.append("\\b");
      default -> {
        if (codePoint < ' ') {
          escapeByNumber((char) codePoint, out);
        } else {
          out.appendCodePoint(codePoint);
        }
      }
    }
  }

  /** Adds {@code \\u} and four hexadecimal digits. */
  public static void escapeByNumber(char c, StringBuilder out) {
    String hex = Integer.toHexString(c);
    out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
  }
}
