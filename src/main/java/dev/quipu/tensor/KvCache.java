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
 * <p>{@link Full} keeps every position, and so does {@link Packed}, in fewer bits. {@link Sliding} keeps those that a
 * window still sees, and some more, so that the end can be taken back (a follow-up question, an edited turn).
 */
public abstract sealed class KvCache {

  /** Positions a block. Attention sums block by block: blocks lie at absolute positions, whatever the chunks. */
  public static final int BLOCK = 256;

  /** What the numbers can be kept as. */
  public static final Set<DType> DTYPES = Set.of(DType.F32, DType.BF16, DType.F16);

  /** Columns of a strip. */
  public static final int STRIP = 16;

  /** The numbers of {@link #BLOCK} positions, which never change: several caches may hold them. */
  public record Block(Object keys, Object values) {

    /** Whether they are {@link Codes}. */
    public boolean packed() {
      return keys instanceof Codes;
    }
  }

  /**
   * A block of packed numbers, {@code scale · code + bias}.
   *
   * @param words  a strip's, [words of a column, STRIP]; the codes of a column from the lowest bit of its first word on
   * @param scales of keys [Hkv, strips, groups, STRIP], of values [Hkv, groups, BLOCK]
   * @param biases as scales
   */
  public record Codes(int[] words, float[] scales, float[] biases) {}

  private final int kvHeads;
  private final int headDim;
  private final DType dtype;
  private final KvLayout keyLayout;
  private final KvLayout valueLayout;
  private final KvBlocks keys;
  private final KvBlocks values;
  private int length;

  /** @param packing null for floats of the type */
  private KvCache(int kvHeads, int headDim, DType dtype, Packing.Affine packing) {
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.dtype = dtype;
    keyLayout = new KvLayout(true, kvHeads, headDim);
    valueLayout = new KvLayout(false, kvHeads, headDim);
    keys = packing == null ? new FloatBlocks(dtype, keyLayout) : new PackedBlocks(packing, keyLayout);
    values = packing == null ? new FloatBlocks(dtype, valueLayout) : new PackedBlocks(packing, valueLayout);
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

  /** What the numbers are kept as, one of {@link #DTYPES}; of packed numbers, what the scales are. */
  public DType dtype() {
    return dtype;
  }

  /** hd, filled up to whole strips. */
  public int channels() {
    return valueLayout.channels();
  }

  /**
   * Keys of positions {@code block · BLOCK …}: a {@code float[]}, of 16-bit types a {@code short[]}, or {@link Codes}.
   */
  public Object keys(int block) {
    return keys.get(block);
  }

  /** Values, as {@link #keys}. */
  public Object values(int block) {
    return values.get(block);
  }

  /** Where the block of keys has the strip that begins at this position of it: [hd, STRIP]. */
  public int keyStrip(int head, int slot) {
    return keyLayout.strip(head, slot, 0);
  }

  /** Where the block of values has the strip that begins at this channel: [BLOCK, STRIP]. */
  public int valueStrip(int head, int channel) {
    return valueLayout.strip(head, 0, channel);
  }

  /** One number of a key. */
  public float key(int head, int position, int channel) {
    return keys.number(position / BLOCK, head, position % BLOCK, channel);
  }

  /** One number of a value. */
  public float value(int head, int position, int channel) {
    return values.number(position / BLOCK, head, position % BLOCK, channel);
  }

  /**
   * The first position whose key and value are here, but for those that are kept; so are all that follow, up to {@link
   * #length}.
   */
  public int firstPosition() {
    return 0;
  }

  /** The key of a position, [hd]. */
  public void readKey(int head, int position, float[] into, int first) {
    for (int c = 0; c < headDim; c++) {
      into[first + c] = key(head, position, c);
    }
  }

  /** The value of a position, [hd]. */
  public void readValue(int head, int position, float[] into, int first) {
    for (int c = 0; c < headDim; c++) {
      into[first + c] = value(head, position, c);
    }
  }

  /** Appends rows [row, row + rows) of k and v, each [T, Hkv·hd]. */
  public void append(Mat k, Mat v, int row, int rows) {
    forget(); // first: the new rows still see what lies a window before them
    reserve(rows);
    for (int t = 0; t < rows; t += STRIP) {
      appendRows(k, v, row + t, Math.min(STRIP, rows - t));
    }
  }

  /** Makes room for this many more positions, so that appending them allocates nothing. */
  void reserve(int rows) {
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
    return keys.bytes() + values.bytes();
  }

  /** Whether {@link #trim} to this length leaves every row that a later query needs. */
  public boolean canTrim(int newLength) {
    return true;
  }

  /** Takes back the rows from {@code newLength} on. */
  public void trim(int newLength) {
    if (newLength < 0 || newLength > length || !canTrim(newLength)) {
      throw new IllegalArgumentException("cannot go back from " + length + " to " + newLength);
    }
    length = newLength;
  }

  /** Lets go of rows that neither the next query nor, after {@link #trim}, an earlier one can see. */
  void forget() {}

  /** Lets go of a block; its memory is for another. */
  final void release(int block) {
    keys.release(block);
    values.release(block);
  }

  /** Few rows, head by head: what a strip of keys takes of each is written while it is in the first-level cache. */
  private void appendRows(Mat k, Mat v, int row, int rows) {
    for (int h = 0; h < kvHeads; h++) {
      for (int t = 0; t < rows; t++) {
        int position = length + t;
        int from = (row + t) * k.cols() + h * headDim;
        keys.store(position / BLOCK, h, position % BLOCK, k.data(), from);
        values.store(position / BLOCK, h, position % BLOCK, v.data(), from);
      }
    }
    length += rows;
  }

  /** Keeps every position. */
  public static final class Full extends KvCache {

    /** In float32. */
    public Full(int kvHeads, int headDim) {
      this(kvHeads, headDim, DType.F32);
    }

    public Full(int kvHeads, int headDim, DType dtype) {
      super(kvHeads, headDim, dtype, null);
    }
  }

  /**
   * Keeps every position, its numbers packed: each group of channels of a head's row is what {@code mx.quantize} makes
   * of it, with scales and biases in float32 (mlx_lm/models/cache.py, QuantizedKVCache).
   */
  public static final class Packed extends KvCache {

    private final Packing.Affine packing;

    public Packed(int kvHeads, int headDim, Packing.Affine packing) {
      super(kvHeads, headDim, DType.F32, packing);
      this.packing = packing;
    }

    /** An empty cache takes the positions of another. */
    public void take(KvCache from) {
      Mat k = Mat.zeros(1, from.kvHeads * from.headDim);
      Mat v = Mat.zeros(1, k.cols());
      for (int position = 0; position < from.length; position++) {
        for (int h = 0; h < from.kvHeads; h++) {
          from.readKey(h, position, k.data(), h * from.headDim);
          from.readValue(h, position, v.data(), h * from.headDim);
        }
        append(k, v, 0, 1);
      }
    }

    /** Bits and group size. */
    public Packing.Affine packing() {
      return packing;
    }

    /** Makes room for so many positions more, whose keys and values are then put. */
    public void extend(int rows) {
      reserve(rows);
      super.length += rows;
    }

    /** The key of a position, as it is packed. */
    public void readKey(int head, int position, PackedRow row) {
      ((PackedBlocks) super.keys).load(position / BLOCK, head, position % BLOCK, row);
    }

    /** The value of a position, as it is packed. */
    public void readValue(int head, int position, PackedRow row) {
      ((PackedBlocks) super.values).load(position / BLOCK, head, position % BLOCK, row);
    }

    /** Puts a key that is packed already in its place. */
    public void putKey(int head, int position, PackedRow row) {
      ((PackedBlocks) super.keys).store(position / BLOCK, head, position % BLOCK, row);
    }

    /** Puts a value that is packed already in its place. */
    public void putValue(int head, int position, PackedRow row) {
      ((PackedBlocks) super.values).store(position / BLOCK, head, position % BLOCK, row);
    }

    /** Where the words of a strip begin, of keys or values, that would begin at {@code strip} as floats. */
    public int wordOf(int strip) {
      return ((PackedBlocks) super.keys).wordOf(strip);
    }

    /** Where a block of keys has the scales of the strip that begins at this position of it: [groups, STRIP]. */
    public int keyScales(int head, int slot) {
      return ((PackedBlocks) super.keys).scaleOf(head, slot, 0);
    }

    /** Where a block of values has the scales of the strip that begins at this channel: [BLOCK]. */
    public int valueScales(int head, int channel) {
      return ((PackedBlocks) super.values).scaleOf(head, 0, channel);
    }
  }

  /**
   * Keeps the last {@code window} positions and {@code slack} more, and, where the cache rotates, the first {@code
   * keep}; all to whole blocks.
   */
  public static final class Sliding extends KvCache {

    private final int window;
    private final int slack;
    private final int keep;
    private final int keptEnd; // in positions: the blocks before are never let go of
    private int begin; // of the blocks after those, in positions
    private int start; // what lies before was never there

    /** In float32, nothing kept but the last positions. */
    public Sliding(int kvHeads, int headDim, int window, int slack) {
      this(kvHeads, headDim, DType.F32, window, 0, slack);
    }

    /**
     * @param window positions that a query sees, itself included
     * @param keep   the first positions, which every query sees
     * @param slack  positions that can be taken back at the least
     */
    public Sliding(int kvHeads, int headDim, DType dtype, int window, int keep, int slack) {
      super(kvHeads, headDim, dtype, null);
      this.window = window;
      this.slack = slack;
      this.keep = keep;
      this.keptEnd = Math.ceilDiv(keep, BLOCK) * BLOCK;
      this.begin = keptEnd;
    }

    /** Positions that a query sees, itself included, beside the first ones that are kept. */
    public int window() {
      return window;
    }

    /** How many of the first positions every query sees. */
    public int keep() {
      return keep;
    }

    /**
     * Goes on at a later position, after the first ones that are kept: the keys and values of those between are lost.
     */
    public void skipTo(int position) {
      if (length() != keep || position < keep) {
        throw new IllegalStateException(length() + " positions are in the cache, which keeps the first " + keep);
      }
      super.length = position;
      start = position;
      begin = Math.max(keptEnd, position / BLOCK * BLOCK);
    }

    @Override
    public int firstPosition() {
      return begin == keptEnd ? start : Math.max(start, begin);
    }

    @Override
    public boolean canTrim(int newLength) {
      return newLength <= whole() || Math.max(whole(), newLength - window + 1) >= firstPosition();
    }

    @Override
    public void trim(int newLength) {
      super.trim(newLength);
      if (newLength <= whole()) {
        begin = keptEnd; // what has been let go of is yet to come
        start = 0;
      }
    }

    /** So many of the first positions are all there. */
    private int whole() {
      return start == 0 ? keptEnd : keep;
    }

    @Override
    void forget() {
      int end = Math.max(0, length() - window - slack) / BLOCK * BLOCK;
      for (; begin < end; begin += BLOCK) {
        release(begin / BLOCK);
      }
    }
  }
}
