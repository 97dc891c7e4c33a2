package dev.quipu.mask;

/**
 * Kinds of characters beyond ASCII that patterns tell apart: {@code .} is no line separator, {@code \s} has spaces of
 * many widths.
 */
public enum BeyondAscii {
  OTHERS(0xA1, 0x167F, 0x1681, 0x1FFF, 0x200B, 0x2027, 0x202A, 0x202E, 0x2030, 0x205E, 0x2060, 0x2FFF, 0x3001, 0xD7FF,
      0xE000, 0xFEFE, 0xFF00, 0x10FFFF),
  SPACES(0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF),
  LINES(0x2028, 0x2029),
  CONTROLS(0x80, 0x9F);

  private final int[] ranges;

  BeyondAscii(int... ranges) {
    this.ranges = ranges;
  }

  /** First, last, first, last …: all characters of this kind, rising. */
  public int[] ranges() {
    return ranges.clone();
  }

  static BeyondAscii of(int codePoint) {
    return codePoint < 0xA0 ? CONTROLS
        : codePoint == 0x2028 || codePoint == 0x2029 ? LINES
        : codePoint == 0xA0 || codePoint == 0x1680 || codePoint >= 0x2000 && codePoint <= 0x200A || codePoint == 0x202F
            || codePoint == 0x205F || codePoint == 0x3000 || codePoint == 0xFEFF ? SPACES
        : OTHERS;
  }
}
