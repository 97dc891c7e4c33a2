package dev.quipu.tensor;

/**
 * How far RoPE turns each row of one call: cosines and sines, [T, dims/2]. Row t belongs to row t of the activations,
 * whatever sequence and position that row has. Knows neither frequencies nor positions.
 */
public final class Rotation {

  private final int dims;
  private final boolean traditional;
  private final float[] cos; // [T, dims/2]
  private final float[] sin; // [T, dims/2]

  /**
   * @param maxRows     rows to make room for
   * @param dims        leading channels of a head that turn; the rest stay
   * @param traditional pairs (2i, 2i+1) instead of (i, i + dims/2)
   */
  public Rotation(int maxRows, int dims, boolean traditional) {
    this.dims = dims;
    this.traditional = traditional;
    this.cos = new float[maxRows * (dims / 2)];
    this.sin = new float[maxRows * (dims / 2)];
  }

  public int dims() {
    return dims;
  }

  public boolean traditional() {
    return traditional;
  }

  /** [T, dims/2], to read and to fill. */
  public float[] cos() {
    return cos;
  }

  /** [T, dims/2], to read and to fill. */
  public float[] sin() {
    return sin;
  }
}
