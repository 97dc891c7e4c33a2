package dev.quipu.mask;

/**
 * A special token that has to be written as such: no text spells it. Among the bytes of tokens it stands as some that
 * UTF-8 does not have. Itself the position before or in it.
 *
 * @param id   of the token
 * @param read how many of its bytes are written
 */
public record Mark(int id, int read) implements Position {

  /** No text in UTF-8 has it. */
  public static final byte LEAD = (byte) 0xFF;

  private static final int LENGTH = 4;

  /** Before it. */
  public static Mark of(int id) {
    return new Mark(id, 0);
  }

  /** What the token is among the bytes of tokens. */
  public static byte[] bytes(int id) {
    return new byte[] {LEAD, (byte) (id >>> 14 & 0x7F), (byte) (id >>> 7 & 0x7F), (byte) (id & 0x7F)};
  }

  @Override
  public Position next(int b) {
    return read < LENGTH && (bytes(id)[read] & 255) == b ? new Mark(id, read + 1) : null;
  }

  @Override
  public boolean complete() {
    return read == LENGTH;
  }
}
