package dev.quipu.tensor;

import java.util.List;
import java.util.Set;

/**
 * The keys and values of one layer, kept so that a token is projected once and attended to for ever after. They lie in
 * blocks of {@value #BLOCK} positions; block b holds positions {@code b · BLOCK …}, and nothing moves when the cache
 * grows. Within a block they lie in strips of {@value #STRIP} columns, each strip as its reader takes it: keys
 * [Hkv, strips of positions, hd, STRIP], for scores of neighbouring positions; values [Hkv, strips of channels, BLOCK,
 * STRIP], for sums over positions. The last strip of channels is filled up with zeros.
 *
 * <p>{@link Full} keeps every position. {@link Sliding} keeps those that a window still sees, and some more, so that
 * the end can be taken back (a follow-up question, an edited turn).
 */
public abstract sealed class KvCache {

  /** Positions a block. Attention sums block by block: blocks lie at absolute positions, whatever the chunks. */
  public static final int BLOCK = 256;

  /** What the numbers can be kept as. */
  public static final Set<DType> DTYPES = Set.of(DType.F32, DType.BF16, DType.F16);

  /** Columns of a strip. */
  public static final int STRIP = 16;

  /** The numbers of {@link #BLOCK} positions, which never change: several caches may hold them. */
  public record Block(Object keys, Object values) {}

  private final int kvHeads;
  private final int headDim;
  private final DType dtype;
  private final KvBlocks keys;
  private final KvBlocks values;
  private int length;

  private KvCache(int kvHeads, int headDim, DType dtype) {
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.dtype = dtype;
    keys = new KvBlocks(dtype, kvHeads * BLOCK * headDim);
    values = new KvBlocks(dtype, kvHeads * BLOCK * channels());
  }

  /** Positions seen so far; the next row appended has this position. */
  public int length() {
    return length;
  }

  /** Hkv. */
  public int kvHeads() {
    return kvHeads;
  }

  /** hd, channels of a key and of a value. */
  public int headDim() {
    return headDim;
  }

  /** What the numbers are kept as, one of {@link #DTYPES}. */
  public DType dtype() {
    return dtype;
  }

  /** hd, filled up to whole strips. */
  public int channels() {
    return Math.ceilDiv(headDim, STRIP) * STRIP;
  }

  /** Keys of positions {@code block · BLOCK …}: a {@code float[]} or, of 16-bit types, a {@code short[]}. */
  public Object keys(int block) {
    return keys.get(block);
  }

  /** Values, as {@link #keys}. */
  public Object values(int block) {
    return values.get(block);
  }

  /** Where the block of keys has the strip that begins at this position of it: [hd, STRIP]. */
  public int keyStrip(int head, int slot) {
    return (head * BLOCK + slot) * headDim;
  }

  /** Where the block of values has the strip that begins at this channel: [BLOCK, STRIP]. */
  public int valueStrip(int head, int channel) {
    return (head * channels() + channel) * BLOCK;
  }

  /** One number of a key. */
  public float key(int head, int position, int channel) {
    int slot = position % BLOCK;
    return keys.number(position / BLOCK, keyAt(head, slot) + channel * STRIP);
  }

  /** One number of a value. */
  public float value(int head, int position, int channel) {
    return values.number(position / BLOCK, valueAt(head, position % BLOCK, channel));
  }

  /** The first position whose key and value are here; so are all that follow, up to {@link #length}. */
  public abstract int firstPosition();

  /** The key of a position, [hd]. */
  public void readKey(int head, int position, float[] into, int first) {
    keys.load(position / BLOCK, keyAt(head, position % BLOCK), STRIP, into, first, headDim);
  }

  /** The value of a position, [hd]. */
  public void readValue(int head, int position, float[] into, int first) {
    for (int c = 0; c < headDim; c += STRIP) {
      int at = valueAt(head, position % BLOCK, c);
      values.load(position / BLOCK, at, 1, into, first + c, Math.min(headDim - c, STRIP));
    }
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
    for (int b = length / BLOCK; b < blocks; b++) {
      keys.ensure(b);
      values.ensure(b);
    }
  }

  /** A block of which some positions are filled, to be held by other caches, too. */
  public Block share(int block) {
    return new Block(keys.share(block), values.share(block));
  }

  /**
   * Makes an empty cache one of {@code newLength} positions that others have computed.
   *
   * @param blocks those of all positions
   */
  public void adopt(List<Block> blocks, int newLength) {
    for (int b = 0; b < blocks.size(); b++) {
      keys.adopt(b, blocks.get(b).keys());
      values.adopt(b, blocks.get(b).values());
    }
    length = newLength;
    forget();
  }

  /** Bytes of the keys and values of a block. */
  public long blockBytes() {
    return (long) kvHeads * BLOCK * (headDim + channels()) * dtype.bytes();
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

  /** Lets go of a block; its memory is for another. */
  final void release(int block) {
    keys.release(block);
    values.release(block);
  }

  private void appendRow(float[] k, float[] v, int from) {
    int block = length / BLOCK;
    int slot = length % BLOCK;
    for (int h = 0; h < kvHeads; h++) {
      keys.store(block, keyAt(h, slot), STRIP, k, from + h * headDim, headDim);
      for (int c = 0; c < headDim; c += STRIP) {
        values.store(block, valueAt(h, slot, c), 1, v, from + h * headDim + c, Math.min(STRIP, headDim - c));
      }
    }
    length++;
  }

  /** The first channel of a key; the others follow, STRIP apart. */
  private int keyAt(int head, int slot) {
    return keyStrip(head, slot / STRIP * STRIP) + slot % STRIP;
  }

  private int valueAt(int head, int slot, int channel) {
    return valueStrip(head, channel / STRIP * STRIP) + slot * STRIP + channel % STRIP;
  }

  /** Keeps every position. */
  public static final class Full extends KvCache {

    /** In float32. */
    public Full(int kvHeads, int headDim) {
      this(kvHeads, headDim, DType.F32);
    }

    public Full(int kvHeads, int headDim, DType dtype) {
      super(kvHeads, headDim, dtype);
    }

    @Override
    public int firstPosition() {
      return 0;
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
    private int firstBlock;
    private int start;

    /** In float32. */
    public Sliding(int kvHeads, int headDim, int window, int slack) {
      this(kvHeads, headDim, DType.F32, window, slack);
    }

    /**
     * @param window positions that a query sees, itself included
     * @param slack  positions that can be taken back at the least
     */
    public Sliding(int kvHeads, int headDim, DType dtype, int window, int slack) {
      super(kvHeads, headDim, dtype);
      this.window = window;
      this.slack = slack;
    }

    /** Positions that a query sees, itself included. */
    public int window() {
      return window;
    }

    /** Begins an empty cache at a position: the keys and values of those before it are lost. */
    public void startAt(int position) {
      if (length() != 0) {
        throw new IllegalStateException("there are " + length() + " positions in the cache");
      }
      super.length = position;
      start = position;
      firstBlock = position / BLOCK;
    }

    @Override
    public int firstPosition() {
      return Math.max(start, firstBlock * BLOCK);
    }

    @Override
    public boolean canTrim(int newLength) {
      return Math.max(0, newLength - window + 1) >= firstPosition();
    }

    @Override
    void forget() {
      int keep = Math.max(0, length() - window - slack) / BLOCK;
      for (; firstBlock < keep; firstBlock++) {
        release(firstBlock);
      }
    }
  }
}
