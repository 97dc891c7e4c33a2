package dev.quipu.vision.jpeg;

import java.util.Arrays;

/**
 * From 64 frequencies to 8×8 samples (Loeffler, Ligtenberg and Moschytz 1989), in fixed point of 13 bits. Sums are kept
 * where libjpeg-turbo's vector code keeps them, in 16 or 32 bits, which shows where a file is damaged.
 */
final class InverseCosine {

  private static final int BITS = 13;
  private static final int PASS_BITS = 2; // kept between columns and rows

  private final short[] in = new short[64];
  private final short[] columns = new short[64];
  private final short[] eight = new short[8];

  /** Block levels[from …], each times its step, to samples at to[at …]. */
  void run(short[] levels, int from, short[] steps, byte[] to, int at, int stride) {
    boolean flat = true; // but for the first row
    for (int i = 0; i < 64; i++) {
      in[i] = (short) (levels[from + i] * steps[i]);
      flat &= i < 8 || levels[from + i] == 0;
    }
    for (int x = 0; x < 8; x++) {
      if (flat) {
        Arrays.fill(eight, (short) (in[x] << PASS_BITS));
      } else {
        pass(in, x, 8, BITS - PASS_BITS);
      }
      for (int y = 0; y < 8; y++) {
        columns[8 * y + x] = eight[y];
      }
    }
    for (int y = 0; y < 8; y++) {
      pass(columns, 8 * y, 1, BITS + PASS_BITS + 3);
      for (int x = 0; x < 8; x++) {
        to[at + y * stride + x] = (byte) (Math.clamp(eight[x], -128, 127) + 128);
      }
    }
  }

  /** Eight numbers of x, each {@code step} further, to {@link #eight}. */
  private void pass(short[] x, int at, int step, int shift) {
    short x0 = x[at];
    short x1 = x[at + step];
    short x2 = x[at + 2 * step];
    short x3 = x[at + 3 * step];
    short x4 = x[at + 4 * step];
    short x5 = x[at + 5 * step];
    short x6 = x[at + 6 * step];
    short x7 = x[at + 7 * step];
    int sum = (short) (x0 + x4) << BITS;
    int difference = (short) (x0 - x4) << BITS;
    int c = x2 * 4433 + x6 * (4433 - 15137); // of √2 · cos and sin of 3π/8
    int d = x2 * (4433 + 6270) + x6 * 4433;
    int even0 = sum + d;
    int even1 = difference + c;
    int even2 = difference - c;
    int even3 = sum - d;
    short z3 = (short) (x7 + x3);
    short z4 = (short) (x5 + x1);
    int a = z3 * (9633 - 16069) + z4 * 9633;
    int b = z3 * 9633 + z4 * (9633 - 3196);
    int odd3 = x7 * (2446 - 7373) + x1 * -7373 + a;
    int odd2 = x5 * (16819 - 20995) + x3 * -20995 + b;
    int odd1 = x5 * -20995 + x3 * (25172 - 20995) + a;
    int odd0 = x7 * -7373 + x1 * (12299 - 7373) + b;
    eight[0] = rounded(even0 + odd0, shift);
    eight[7] = rounded(even0 - odd0, shift);
    eight[1] = rounded(even1 + odd1, shift);
    eight[6] = rounded(even1 - odd1, shift);
    eight[2] = rounded(even2 + odd2, shift);
    eight[5] = rounded(even2 - odd2, shift);
    eight[3] = rounded(even3 + odd3, shift);
    eight[4] = rounded(even3 - odd3, shift);
  }

  private static short rounded(int x, int shift) {
    return (short) Math.clamp(x + (1 << shift - 1) >> shift, Short.MIN_VALUE, Short.MAX_VALUE);
  }
}
