package dev.quipu.vision.vp8;

/**
 * Reads the coefficients of a 4×4 block (RFC 6386, section 13). How likely a token is depends on the kind of block, on
 * the place of the coefficient, and on what came before: nothing, a one, or more.
 */
final class Coefficients {

  static final int LUMA_WITHOUT_MEAN = 0;
  static final int MEANS = 1;
  static final int COLOUR = 2;
  static final int LUMA = 3;

  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
  private static final int TOKENS = 11; // likelihoods a context
  private static final int BAND = 3 * TOKENS;
  private static final int KIND = 8 * BAND;

  /** Of the further bits of large values. */
  private static final int[][] LARGE = {
    {173, 148, 140}, {176, 155, 140, 135}, {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private final int[] likelihoods; // [kind, band, context, token]

  Coefficients(int[] likelihoods) {
    this.likelihoods = likelihoods;
  }

  /**
   * @param context how many of the neighbours above and at the left have coefficients
   * @param first   1 where the mean is coded elsewhere
   * @return one more than the place of the last token, or {@code first}
   */
  int read(BoolReader in, int kind, int context, int[] steps, int first, short[] out, int to) {
    int p = kind * KIND + BANDS[first] * BAND + context * TOKENS;
    for (int i = first; i < 16; ) {
      if (in.bit(likelihoods[p]) == 0) {
        return i;
      }
      while (in.bit(likelihoods[p + 1]) == 0) {
        i++;
        if (i == 16) {
          return 16;
        }
        p = kind * KIND + BANDS[i] * BAND;
      }
      int size = size(in, p);
      out[to + ZIGZAG[i]] = (short) ((in.flag() ? -size : size) * steps[i > 0 ? 1 : 0]);
      i++;
      p = kind * KIND + BANDS[i] * BAND + (size == 1 ? 1 : 2) * TOKENS;
    }
    return 16;
  }

  private int size(BoolReader in, int p) {
    if (in.bit(likelihoods[p + 2]) == 0) {
      return 1;
    }
    if (in.bit(likelihoods[p + 3]) == 0) {
      return in.bit(likelihoods[p + 4]) == 0 ? 2 : 3 + in.bit(likelihoods[p + 5]);
    }
    if (in.bit(likelihoods[p + 6]) == 0) {
      return in.bit(likelihoods[p + 7]) == 0 ? 5 + in.bit(159) : 7 + 2 * in.bit(165) + in.bit(145);
    }
    int high = in.bit(likelihoods[p + 8]);
    int range = 2 * high + in.bit(likelihoods[p + 9 + high]);
    int further = 0;
    for (int likelihood : LARGE[range]) {
      further = 2 * further + in.bit(likelihood);
    }
    return 3 + (8 << range) + further;
  }
}
