package dev.quipu.vision.vp8;

import java.io.IOException;

/** What a frame says before its macroblocks (RFC 6386, section 9), in the order in which it says it. */
final class FrameHeader {

  static final int SEGMENTS = 4;

  final boolean hasSegments;
  final boolean hasSegmentMap;
  final int[] segmentLikelihoods = {255, 255, 255};
  final boolean isSimpleFilter;
  final boolean isFiltered;
  final int partitions;
  final Quantizer[] quantizers = new Quantizer[SEGMENTS];
  final Strength[][] strengths = new Strength[SEGMENTS][2]; // [segment, whole or in 4×4 blocks]
  final int[] coefficientLikelihoods;
  final boolean skips;
  final int skipLikelihood;

  private boolean isAbsolute;
  private final int[] segmentQuantizers = new int[SEGMENTS];
  private final int[] segmentLevels = new int[SEGMENTS];

  FrameHeader(BoolReader in) throws IOException {
    in.number(2); // colour space and clamping: one of each is in use
    hasSegments = in.flag();
    hasSegmentMap = hasSegments && segments(in);
    isSimpleFilter = in.flag();
    int level = in.number(6);
    isFiltered = level > 0;
    strengths(in, level, in.number(3));
    partitions = 1 << in.number(2);
    quantizers(in);
    in.flag(); // whether likelihoods are kept for another frame
    coefficientLikelihoods = likelihoods(in);
    skips = in.flag();
    skipLikelihood = skips ? in.number(8) : 0;
    if (in.isExhausted()) {
      throw new IOException("it is damaged: its header is cut short");
    }
  }

  /** Returns whether each macroblock names its segment. */
  private boolean segments(BoolReader in) {
    boolean hasMap = in.flag();
    if (in.flag()) {
      isAbsolute = in.flag();
      for (int i = 0; i < SEGMENTS; i++) {
        segmentQuantizers[i] = in.optionalSigned(7);
      }
      for (int i = 0; i < SEGMENTS; i++) {
        segmentLevels[i] = in.optionalSigned(6);
      }
    }
    for (int i = 0; hasMap && i < segmentLikelihoods.length; i++) {
      segmentLikelihoods[i] = in.flag() ? in.number(8) : 255;
    }
    return hasMap;
  }

  private void strengths(BoolReader in, int level, int sharpness) {
    boolean hasDeltas = in.flag();
    int[] deltas = new int[2 * SEGMENTS]; // of the frame a block refers to, here none, then of its mode
    if (hasDeltas && in.flag()) {
      for (int i = 0; i < deltas.length; i++) {
        deltas[i] = in.optionalSigned(6);
      }
    }
    for (int segment = 0; segment < SEGMENTS; segment++) {
      int base = inSegment(segmentLevels[segment], level);
      for (int small = 0; small < 2; small++) {
        int delta = hasDeltas ? deltas[0] + small * deltas[SEGMENTS] : 0;
        strengths[segment][small] = Strength.of(base + delta, sharpness);
      }
    }
  }

  private void quantizers(BoolReader in) {
    int base = in.number(7);
    int[] deltas = new int[5];
    for (int i = 0; i < deltas.length; i++) {
      deltas[i] = in.optionalSigned(4);
    }
    for (int segment = 0; segment < SEGMENTS; segment++) {
      quantizers[segment] = Quantizer.of(inSegment(segmentQuantizers[segment], base), deltas);
    }
  }

  /** A segment's number, which may be a difference. */
  private int inSegment(int ofSegment, int ofFrame) {
    return !hasSegments ? ofFrame : isAbsolute ? ofSegment : ofFrame + ofSegment;
  }

  private static int[] likelihoods(BoolReader in) {
    int[] likelihoods = Tables.COEFFICIENTS.clone();
    for (int i = 0; i < likelihoods.length; i++) {
      if (in.bit(Tables.COEFFICIENT_UPDATES[i]) == 1) {
        likelihoods[i] = in.number(8);
      }
    }
    return likelihoods;
  }
}
