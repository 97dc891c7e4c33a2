package dev.quipu.config;

import dev.quipu.QuipuException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON as plain Java values: {@code Map} (in the order of the text), {@code List}, {@code String}, {@code Long} or
 * {@code BigInteger}, {@code Double}, {@code Boolean} and {@code null}. Reads what Python's {@code json} reads, so
 * {@code NaN} and {@code Infinity} too; of a key given twice the last value counts.
 */
public final class Json {

  private Json() {}

  /**
   * @param name what the text is called in a message, such as {@code config.json}
   * @throws QuipuException if the text is no JSON, with the place
   */
  public static Object parse(String text, String name) {
    return new JsonReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), name).document();
  }

  /** As {@link #parse(String, String)}, over UTF-8 bytes. */
  public static Object parse(InputStream in, String name) {
    try (in) {
      return new JsonReader(in, name).document();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
