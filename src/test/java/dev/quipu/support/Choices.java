package dev.quipu.support;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Decisions read from bytes, so that a fuzzer that changes bytes changes decisions. After the last byte every decision
 * is the first: what is built from choices ends.
 */
public final class Choices {

  private final byte[] bytes;
  private int at;

  public Choices(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  public boolean atEnd() {
    return at >= bytes.length;
  }

  /** A number in [0, n), n ≤ 65536. */
  public int below(int n) {
    int value = n > 256 ? next() << 8 | next() : next();
    return value % n;
  }

  public boolean flag() {
    return (next() & 1) != 0;
  }

  public <T> T of(List<T> options) {
    return options.get(below(options.size()));
  }

  public String of(String... options) {
    return options[below(options.length)];
  }

  /** Up to n bytes as UTF-8. */
  public String text(int n) {
    int end = Math.min(bytes.length, at + n);
    byte[] text = Arrays.copyOfRange(bytes, Math.min(at, end), end);
    at = end;
    return new String(text, StandardCharsets.UTF_8);
  }

  private int next() {
    return at < bytes.length ? bytes[at++] & 0xFF : 0;
  }
}
