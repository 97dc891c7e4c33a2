package dev.quipu.tensor;

/**
 * A group of neighbouring floats that share a scale and a bias, quantized: bit for bit what {@code mx.quantize} makes
 * of finite float32 on the processor (mlx 0.32.4). Holds one group at a time.
 */
public final class AffineGroup {

  /** The smallest scale, so that a group of equal elements can be divided by it. */
  private static final float SMALLEST_SCALE = 1e-7f;

  private final int bits;
  private final byte[] codes;
  private float scale;
  private float bias;

  public AffineGroup(Packing.Affine packing) {
    bits = packing.bits();
    codes = new byte[packing.groupSize()];
  }

  /** Takes the group that begins at {@code from[at]}. */
  public void quantize(float[] from, int at) {
    float min = from[at];
    float max = from[at];
    for (int i = at + 1; i < at + codes.length; i++) {
      min = from[i] < min ? from[i] : min;
      max = from[i] > max ? from[i] : max;
    }
    fit(min, max);
    int largest = (1 << bits) - 1;
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) Math.clamp(Math.rint((from[at + i] - bias) / scale), 0, largest);
    }
  }

  private void fit(float min, float max) {
    scale = Math.max((max - min) / ((1 << bits) - 1), SMALLEST_SCALE);
    bias = min;
    if (bits > 1) { // the edge further from zero is met exactly, and so is zero
      boolean low = Math.abs(min) > Math.abs(max);
      float edge = low ? min : max;
      scale = low ? scale : -scale;
      float code = (float) Math.rint(edge / scale);
      scale = code == 0 ? scale : edge / code;
      bias = code == 0 ? 0 : edge;
    }
  }

  public float scale() {
    return scale;
  }

  public float bias() {
    return bias;
  }

  /** The code q of element i: the element is about {@code scale · q + bias}. */
  public int code(int i) {
    return Byte.toUnsignedInt(codes[i]);
  }
}
