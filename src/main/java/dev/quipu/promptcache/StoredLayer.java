package dev.quipu.promptcache;

import dev.quipu.checkpoint.TensorEntry;
import java.util.List;

/**
 * The keys and values of one layer as a file has them, checked, and where in them a position lies.
 *
 * @param keys   [1, Hkv, rows, hd]; of packed ones the words, scales and biases
 * @param values as keys
 * @param rows   of the buffer; not all need be filled
 * @param offset positions seen
 * @param keep   the first positions, which stay where they are when others are overwritten
 * @param index  where the next row goes; of a full buffer, the row there is the oldest but for the first ones
 */
record StoredLayer(List<TensorEntry> keys, List<TensorEntry> values, int rows, int offset, int keep, int index) {

  /** Every position in its row. */
  StoredLayer(List<TensorEntry> keys, List<TensorEntry> values, int rows, int offset) {
    this(keys, values, rows, offset, 0, offset);
  }

  boolean packed() {
    return keys.size() > 1;
  }

  /** The first position that is there but for those that are kept; so are all that follow. */
  int firstPosition() {
    return offset <= rows ? 0 : offset - rows + keep;
  }

  /** The row of a position. */
  int row(int position) {
    if (offset <= rows || position < keep) {
      return position;
    }
    int ring = rows - keep;
    return keep + (int) (((long) position - firstPosition() + index - keep) % ring);
  }
}
