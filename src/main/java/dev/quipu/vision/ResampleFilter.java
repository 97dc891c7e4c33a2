package dev.quipu.vision;

/**
 * The curves that weigh old pixels by their distance from a new one; distances in old pixels, or in steps if that is
 * more.
 */
enum ResampleFilter {
  LANCZOS(1, 3) {
    @Override
    double at(double x) {
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  BILINEAR(2, 1) {
    @Override
    double at(double x) {
      return Math.max(1 - Math.abs(x), 0);
    }
  },
  BICUBIC(3, 2) {
    private static final double A = -0.5;

    @Override
    double at(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
  };

  private final int code;
  private final double support;

  ResampleFilter(int code, double support) {
    this.code = code;
    this.support = support;
  }

  /** Pillow's number for it, which configs use ({@code resample}). */
  int code() {
    return code;
  }

  /** The distance at which the curve ends. */
  double support() {
    return support;
  }

  /** The height of the curve at a distance. */
  abstract double at(double x);

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}
