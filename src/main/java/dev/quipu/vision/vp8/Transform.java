package dev.quipu.vision.vp8;

/** From frequencies back to samples, in whole numbers (RFC 6386, section 14). */
final class Transform {

  private Transform() {}

  /** Walsh and Hadamard: coefficients of the 16 blocks' means to the means, the first coefficient of each block. */
  static void means(short[] in, short[] blocks) {
    int[] columns = new int[16];
    for (int i = 0; i < 4; i++) {
      int outer = in[i] + in[12 + i];
      int inner = in[4 + i] + in[8 + i];
      int innerStep = in[4 + i] - in[8 + i];
      int outerStep = in[i] - in[12 + i];
      columns[i] = outer + inner;
      columns[4 + i] = outerStep + innerStep;
      columns[8 + i] = outer - inner;
      columns[12 + i] = outerStep - innerStep;
    }
    for (int i = 0; i < 16; i += 4) {
      int first = columns[i] + 3; // rounds
      int outer = first + columns[i + 3];
      int inner = columns[i + 1] + columns[i + 2];
      int innerStep = columns[i + 1] - columns[i + 2];
      int outerStep = first - columns[i + 3];
      blocks[16 * i] = (short) (outer + inner >> 3);
      blocks[16 * (i + 1)] = (short) (outerStep + innerStep >> 3);
      blocks[16 * (i + 2)] = (short) (outer - inner >> 3);
      blocks[16 * (i + 3)] = (short) (outerStep - innerStep >> 3);
    }
  }

  /**
   * Cosines: adds a block of coefficients, at in[from …], to the 4×4 samples at {@code to}.
   *
   * @param isFull whether there may be more than the first three; libwebp then computes in 16 bits, which overflow
   *     where a file is damaged
   */
  static void addTo(Plane plane, int to, short[] in, int from, boolean isFull) {
    int spare = isFull ? 16 : 0;
    int[] columns = new int[16]; // [column, row]
    for (int i = 0; i < 4; i++) {
      int even = in[from + i] + in[from + 8 + i];
      int odd = in[from + i] - in[from + 8 + i];
      int c = sine(in[from + 4 + i]) - cosine(in[from + 12 + i]);
      int d = cosine(in[from + 4 + i]) + sine(in[from + 12 + i]);
      columns[4 * i] = wrapped(even + d, spare);
      columns[4 * i + 1] = wrapped(odd + c, spare);
      columns[4 * i + 2] = wrapped(odd - c, spare);
      columns[4 * i + 3] = wrapped(even - d, spare);
    }
    for (int i = 0; i < 4; i++) {
      int first = columns[i] + 4; // rounds
      int even = first + columns[8 + i];
      int odd = first - columns[8 + i];
      int c = sine(columns[4 + i]) - cosine(columns[12 + i]);
      int d = cosine(columns[4 + i]) + sine(columns[12 + i]);
      int row = to + i * plane.stride;
      add(plane, row, wrapped(even + d, spare));
      add(plane, row + 1, wrapped(odd + c, spare));
      add(plane, row + 2, wrapped(odd - c, spare));
      add(plane, row + 3, wrapped(even - d, spare));
    }
  }

  private static int wrapped(int x, int spareBits) {
    return x << spareBits >> spareBits;
  }

  private static void add(Plane plane, int at, int eightfold) {
    plane.samples[at] = Plane.clipped((plane.samples[at] & 0xFF) + (eightfold >> 3));
  }

  // √2 · cos(π/8) and √2 · sin(π/8), in 65536ths

  private static int cosine(int x) {
    return (x * 20091 >> 16) + x;
  }

  private static int sine(int x) {
    return x * 35468 >> 16;
  }
}
