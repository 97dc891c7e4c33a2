package dev.quipu.sample;

/**
 * MLX's random numbers as pure functions of a key: Threefry-2x32 with 20 rounds. Holds no state. A key, and a pair of
 * counters, is one long: the high word first.
 *
 * <p>Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011); the layout of the words is
 * {@code mlx/backend/cpu/primitives.cpp}'s.
 */
public final class Threefry {

  private static final int PARITY = 0x1BD11BDA;
  private static final float BELOW_ONE = 0.99999994f;
  private static final float TWO_TO_32 = 0x1p32f;

  private Threefry() {}

  /** The two words that the key gives for two counters. */
  static long hash(long key, int counter0, int counter1) {
    int k0 = (int) (key >>> 32);
    int k1 = (int) key;
    int k2 = k0 ^ k1 ^ PARITY;
    long x = pair(counter0 + k0, counter1 + k1);
    x = inject(evenRounds(x), k1, k2 + 1);
    x = inject(oddRounds(x), k2, k0 + 2);
    x = inject(evenRounds(x), k0, k1 + 3);
    x = inject(oddRounds(x), k1, k2 + 4);
    return inject(evenRounds(x), k2, k0 + 5);
  }

  /** {@code n} random words. */
  public static int[] bits(long key, int n) {
    int[] words = new int[n];
    int half = n / 2;
    int odd = n % 2;
    for (int i = 0; i < half; i++) {
      long pair = hash(key, i, i + half + odd);
      words[i] = (int) (pair >>> 32);
      words[i + half + odd] = (int) pair;
    }
    if (odd == 1) {
      words[half] = (int) (hash(key, half, 0) >>> 32);
    }
    return words;
  }

  /** {@code n} new keys: {@code mx.random.split(key, n)}. */
  public static long[] split(long key, int n) {
    int[] words = bits(key, 2 * n);
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = pair(words[2 * i], words[2 * i + 1]);
    }
    return keys;
  }

  /** A number in [0, 1) from a random word. */
  public static float uniform(int word) {
    return Math.min(Integer.toUnsignedLong(word) / TWO_TO_32, BELOW_ONE);
  }

  private static long evenRounds(long x) {
    return round(round(round(round(x, 13), 15), 26), 6);
  }

  private static long oddRounds(long x) {
    return round(round(round(round(x, 17), 29), 16), 24);
  }

  private static long round(long x, int rotation) {
    int x0 = (int) (x >>> 32) + (int) x;
    return pair(x0, Integer.rotateLeft((int) x, rotation) ^ x0);
  }

  private static long inject(long x, int k0, int k1) {
    return pair((int) (x >>> 32) + k0, (int) x + k1);
  }

  private static long pair(int high, int low) {
    return (long) high << 32 | Integer.toUnsignedLong(low);
  }
}
