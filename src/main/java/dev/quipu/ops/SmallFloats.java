package dev.quipu.ops;

import dev.quipu.tensor.Packing;

/**
 * The floats of a byte or less, as OCP and NVIDIA define them: what their codes mean, and which code is nearest. Knows
 * no group and no layout.
 */
final class SmallFloats {

  static final float E2M1_MAX = 6;
  static final float E4M3_MAX = 448;

  private static final float[] E2M1_SIZES = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};

  private static final int E4M3_NAN = 0x7F;
  private static final int E4M3_LARGEST = 0x7E;
  private static final int E4M3_SIGN = 0x80;
  private static final int E8M0_INFINITE = 0xFF;

  private static final float[] E2M1_VALUES = values(16, SmallFloats::e2m1);
  private static final float[] E4M3_VALUES = values(256, SmallFloats::e4m3);
  private static final float[] E8M0_VALUES = values(256, SmallFloats::e8m0);

  private interface Meaning {
    float of(int code);
  }

  private SmallFloats() {}

  private static float[] values(int codes, Meaning meaning) {
    float[] values = new float[codes];
    for (int code = 0; code < codes; code++) {
      values[code] = meaning.of(code);
    }
    return values;
  }

  /** What each code of an element means. */
  static float[] elements(Packing.Micro packing) {
    return packing.bits() == 4 ? E2M1_VALUES : E4M3_VALUES;
  }

  /** What each code of a scale means. */
  static float[] scales(Packing.Micro packing) {
    return packing == Packing.Micro.NVFP4 ? E4M3_VALUES : E8M0_VALUES;
  }

  /** A sign, 2 bits of exponent, 1 of mantissa: 0, 0.5, 1, 1.5, 2, 3, 4, 6. */
  static float e2m1(int code) {
    float size = E2M1_SIZES[code & 7];
    return (code & 8) == 0 ? size : -size;
  }

  /**
   * The nearest; of two as near, the smaller, as the processor's mx.quantize has it (a graphics card takes the even
   * one). What is so large that all are as near becomes 0, and so does what is no number.
   */
  static int toE2m1(float x) {
    int nearest = 0;
    float size = Math.abs(x);
    for (int i = 1; i < E2M1_SIZES.length; i++) {
      if (Math.abs(E2M1_SIZES[i] - size) < Math.abs(E2M1_SIZES[nearest] - size)) {
        nearest = i;
      }
    }
    return nearest > 0 && x < 0 ? nearest | 8 : nearest;
  }

  /** A sign, 4 bits of exponent, 3 of mantissa; no infinities, one NaN of each sign. */
  static float e4m3(int code) {
    int exponent = code >> 3 & 15;
    int mantissa = code & 7;
    if ((code & E4M3_NAN) == E4M3_NAN) {
      return Float.NaN;
    }
    float size = exponent == 0 ? Math.scalb(mantissa, -9) : Math.scalb(8f + mantissa, exponent - 10);
    return (code & E4M3_SIGN) == 0 ? size : -size;
  }

  /** The nearest, of two as near the even one; what is too large, or no number, becomes the largest. */
  static int toE4m3(float x) {
    int sign = Float.floatToRawIntBits(x) >>> 24 & E4M3_SIGN;
    float size = Math.abs(x);
    if (!(size < E4M3_MAX)) {
      return sign | E4M3_LARGEST;
    }
    // The step between neighbours is 2^(exponent − 3); adding a number whose own step is that rounds to it.
    int exponent = Math.max(Math.getExponent(size), -6);
    float step = Math.scalb(1f, exponent - 3);
    int steps = (int) Math.rint(size / step); // 8 … 16, or 0 … 8 of the smallest
    return sign | (exponent + 6 << 3) + steps;
  }

  /** A power of two and nothing else: 2^(code − 127). The largest code is infinite. */
  static float e8m0(int code) {
    return code == E8M0_INFINITE ? Float.POSITIVE_INFINITY : Math.scalb(1f, code - 127);
  }

  /** The smallest that is at least x; of 0 it is 1. x is not negative. */
  static int toE8m0(float x) {
    if (x == 0) {
      return 127;
    }
    if (!Float.isFinite(x)) {
      return 128; // what mx.quantize makes of it
    }
    int exponent = Math.getExponent(x); // -127 below the smallest normal number
    return (Math.scalb(1f, exponent) < x ? exponent + 1 : exponent) + 127;
  }
}
