package dev.quipu.sample;

/**
 * A stream of random numbers: MLX's global random state. Each number takes a key of its own, so as many must be drawn,
 * and in the same order, as mlx-lm draws. Not thread-safe: one a sequence.
 */
public final class Randomness {

  private long key;

  /**
   * @param seed as given to {@code mx.random.seed}: all 64 bits count
   */
  public Randomness(long seed) {
    key = seed;
  }

  /** The next number, uniform in [0, 1): {@code mx.random.uniform()}. */
  public float uniform() {
    return Threefry.uniform((int) (Threefry.hash(nextKey(), 0, 0) >>> 32));
  }

  /** The same stream from here on, and no part of this one. */
  public Randomness copy() {
    return new Randomness(key);
  }

  // state, k = split(state), without its arrays
  private long nextKey() {
    long first = Threefry.hash(key, 0, 2);
    long second = Threefry.hash(key, 1, 3);
    key = first >>> 32 << 32 | second >>> 32;
    return first << 32 | second & 0xffff_ffffL;
  }
}
