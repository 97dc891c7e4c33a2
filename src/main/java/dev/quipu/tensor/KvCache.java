package dev.quipu.tensor;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The keys and values of one layer, kept so that a token is projected once and attended to for ever after. Rows lie in
 * blocks of {@value #BLOCK} positions; block b holds positions {@code b · BLOCK …}, each block [Hkv, BLOCK, hd], so
 * that one head's rows are neighbours and nothing moves when the cache grows.
 *
 * <p>{@link Full} keeps every position. {@link Sliding} keeps those that a window still sees, and some more, so that
 * the end can be taken back (a follow-up question, an edited turn).
 */
public abstract sealed class KvCache {

  /** Positions a block. Attention may sum block by block: blocks lie at absolute positions, whatever the chunks. */
  public static final int BLOCK = 256;

  private final int kvHeads;
  private final int headDim;
  private float[][] keys = new float[4][];
  private float[][] values = new float[4][];
  private int length;

  private KvCache(int kvHeads, int headDim) {
    this.kvHeads = kvHeads;
    this.headDim = headDim;
  }

  /** Positions seen so far; the next row appended has this position. */
  public int length() {
    return length;
  }

  /** Keys of positions {@code block · BLOCK …}, [Hkv, BLOCK, hd]; null once forgotten. */
  public float[] keys(int block) {
    return keys[block];
  }

  /** Values, as {@link #keys}. */
  public float[] values(int block) {
    return values[block];
  }

  /** Appends rows [row, row + rows) of k and v, each [T, Hkv·hd]. */
  public void append(Mat k, Mat v, int row, int rows) {
    forget(); // first: the new rows still see what lies a window before them
    reserve(rows);
    for (int t = row; t < row + rows; t++) {
      appendRow(k.data(), v.data(), t * k.cols());
    }
  }

  /** Makes room for this many more positions, so that appending them allocates nothing. */
  public void reserve(int rows) {
    int blocks = Math.ceilDiv(length + rows, BLOCK);
    if (blocks > keys.length) {
      keys = Arrays.copyOf(keys, Math.max(blocks, 2 * keys.length));
      values = Arrays.copyOf(values, keys.length);
    }
    for (int b = length / BLOCK; b < blocks; b++) {
      if (keys[b] == null) {
        keys[b] = newBlock();
        values[b] = newBlock();
      }
    }
  }

  /** Whether {@link #trim} to this length leaves every row that a later query needs. */
  public abstract boolean canTrim(int newLength);

  /** Takes back the rows from {@code newLength} on. */
  public void trim(int newLength) {
    if (newLength < 0 || newLength > length || !canTrim(newLength)) {
      throw new IllegalArgumentException("cannot go back from " + length + " to " + newLength);
    }
    length = newLength;
  }

  /** Lets go of rows that neither the next query nor, after {@link #trim}, an earlier one can see. */
  abstract void forget();

  float[] newBlock() {
    return new float[kvHeads * BLOCK * headDim];
  }

  private void appendRow(float[] k, float[] v, int from) {
    float[] keyBlock = keys[length / BLOCK];
    float[] valueBlock = values[length / BLOCK];
    int slot = length % BLOCK;
    for (int h = 0; h < kvHeads; h++) {
      int to = (h * BLOCK + slot) * headDim;
      System.arraycopy(k, from + h * headDim, keyBlock, to, headDim);
      System.arraycopy(v, from + h * headDim, valueBlock, to, headDim);
    }
    length++;
  }

  /** Keeps every position. */
  public static final class Full extends KvCache {

    public Full(int kvHeads, int headDim) {
      super(kvHeads, headDim);
    }

    @Override
    public boolean canTrim(int newLength) {
      return true;
    }

    @Override
    void forget() {}
  }

  /** Keeps the last {@code window} positions and {@code slack} more, to whole blocks. */
  public static final class Sliding extends KvCache {

    private final int window;
    private final int slack;
    private final ArrayDeque<float[]> spare = new ArrayDeque<>();
    private int firstBlock;

    /**
     * @param window positions that a query sees, itself included
     * @param slack  positions that can be taken back at the least
     */
    public Sliding(int kvHeads, int headDim, int window, int slack) {
      super(kvHeads, headDim);
      this.window = window;
      this.slack = slack;
    }

    @Override
    public boolean canTrim(int newLength) {
      return Math.max(0, newLength - window + 1) >= firstBlock * BLOCK;
    }

    @Override
    void forget() {
      int keep = Math.max(0, length() - window - slack) / BLOCK;
      for (; firstBlock < keep; firstBlock++) {
        spare.add(super.keys[firstBlock]);
        spare.add(super.values[firstBlock]);
        super.keys[firstBlock] = null;
        super.values[firstBlock] = null;
      }
    }

    @Override
    float[] newBlock() {
      float[] block = spare.poll();
      return block != null ? block : super.newBlock();
    }
  }
}
