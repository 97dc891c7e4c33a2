package dev.quipu.promptcache;

import dev.quipu.checkpoint.TensorEntry;

/**
 * The keys and values of one layer as a file has them, checked, and where in them a position lies.
 *
 * @param keys     [1, Hkv, rows, hd]
 * @param values   of the same shape
 * @param rows     of the buffer; not all need be filled
 * @param offset   positions seen
 * @param capacity rows beyond which the oldest are overwritten, or {@link #ALL}
 * @param index    where the next row goes; the row there is the oldest of a full buffer
 */
record StoredLayer(TensorEntry keys, TensorEntry values, int rows, int offset, int capacity, int index) {

  static final int ALL = 0;

  /** The first position that is there; so are all that follow. */
  int firstPosition() {
    return Math.max(0, offset - rows);
  }

  /** The row of a position. */
  int row(int position) {
    return offset <= rows ? position : (int) (((long) position - firstPosition() + index) % rows);
  }
}
