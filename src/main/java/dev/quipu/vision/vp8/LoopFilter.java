package dev.quipu.vision.vp8;

/**
 * Smooths the edges between blocks where they are not edges of the picture (RFC 6386, section 15). Works on the samples
 * in place; {@code step} is the way across the edge, {@code along} the way to the next sample of it.
 */
final class LoopFilter {

  private LoopFilter() {}

  /** Two samples change, whatever lies beyond them; the only filter of simple frames. */
  static void simple(Plane plane, int at, int step, int along, int count, int limit) {
    byte[] s = plane.samples;
    for (int i = 0; i < count; i++, at += along) {
      if (isFlat(s, at, step, 2 * limit + 1)) {
        two(s, at, step);
      }
    }
  }

  /** Between macroblocks: six samples change, or two where there is contrast beside the edge. */
  static void outer(Plane plane, int at, int step, int along, int count, Strength strength) {
    byte[] s = plane.samples;
    for (int i = 0; i < count; i++, at += along) {
      if (isFlat(s, at, step, 2 * (strength.limit() + 4) + 1) && isSmooth(s, at, step, strength.interior())) {
        if (hasContrast(s, at, step, strength.contrast())) {
          two(s, at, step);
        } else {
          six(s, at, step);
        }
      }
    }
  }

  /** Within a macroblock: four samples change, or two. */
  static void inner(Plane plane, int at, int step, int along, int count, Strength strength) {
    byte[] s = plane.samples;
    for (int i = 0; i < count; i++, at += along) {
      if (isFlat(s, at, step, 2 * strength.limit() + 1) && isSmooth(s, at, step, strength.interior())) {
        if (hasContrast(s, at, step, strength.contrast())) {
          two(s, at, step);
        } else {
          four(s, at, step);
        }
      }
    }
  }

  /** Whether the step over the edge is small enough to come from the coding. */
  private static boolean isFlat(byte[] s, int at, int step, int limit) {
    return 4 * distance(s, at - step, at) + distance(s, at - 2 * step, at + step) <= limit;
  }

  private static boolean isSmooth(byte[] s, int at, int step, int limit) {
    return distance(s, at - 4 * step, at - 3 * step) <= limit && distance(s, at - 3 * step, at - 2 * step) <= limit
        && distance(s, at - 2 * step, at - step) <= limit && distance(s, at + 3 * step, at + 2 * step) <= limit
        && distance(s, at + 2 * step, at + step) <= limit && distance(s, at + step, at) <= limit;
  }

  private static boolean hasContrast(byte[] s, int at, int step, int threshold) {
    return distance(s, at - 2 * step, at - step) > threshold || distance(s, at + step, at) > threshold;
  }

  private static void two(byte[] s, int at, int step) {
    int a = 3 * difference(s, at, at - step) + signedByte(difference(s, at - 2 * step, at + step));
    change(s, at - step, nibble(a + 3 >> 3));
    change(s, at, -nibble(a + 4 >> 3));
  }

  private static void four(byte[] s, int at, int step) {
    int a = 3 * difference(s, at, at - step);
    int near = nibble(a + 4 >> 3);
    int far = near + 1 >> 1;
    change(s, at - 2 * step, far);
    change(s, at - step, nibble(a + 3 >> 3));
    change(s, at, -near);
    change(s, at + step, -far);
  }

  private static void six(byte[] s, int at, int step) {
    int a = signedByte(3 * difference(s, at, at - step) + signedByte(difference(s, at - 2 * step, at + step)));
    for (int i = 1; i <= 3; i++) { // 27, 18 and 9 of 128 parts
      int change = 9 * (4 - i) * a + 63 >> 7;
      change(s, at - i * step, change);
      change(s, at + (i - 1) * step, -change);
    }
  }

  private static int difference(byte[] s, int a, int b) {
    return (s[a] & 0xFF) - (s[b] & 0xFF);
  }

  private static int distance(byte[] s, int a, int b) {
    return Math.abs(difference(s, a, b));
  }

  private static int signedByte(int x) {
    return Math.clamp(x, -128, 127);
  }

  private static int nibble(int x) {
    return Math.clamp(x, -16, 15);
  }

  private static void change(byte[] s, int at, int by) {
    s[at] = Plane.clipped((s[at] & 0xFF) + by);
  }
}
