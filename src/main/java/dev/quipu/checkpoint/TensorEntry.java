package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import dev.quipu.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One stored tensor: its full name, type, shape and mapped bytes. Does not know what it is for.
 *
 * @param name  the key in the checkpoint, such as {@code model.layers.3.self_attn.q_proj.weight}
 * @param shape row-major, the last axis contiguous; empty for a scalar
 * @param data  read-only, little-endian, of exactly product(shape) · dtype.bytes() bytes, at any alignment: read it
 *              with the {@code _UNALIGNED} layouts. Valid until its {@link Checkpoint} is closed
 */
public record TensorEntry(String name, DType dtype, long[] shape, MemorySegment data) {

  public long elements() {
    return data.byteSize() / dtype.bytes();
  }

  /** A stack of matrices [n, rows, columns] as one matrix [n·rows, columns]; another tensor as it is. */
  public TensorEntry stackedRows() {
    return shape.length == 3
        ? new TensorEntry(name, dtype, new long[] {shape[0] * shape[1], shape[2]}, data)
        : this;
  }

  /**
   * This tensor, if it has the shape that the configuration asks for.
   *
   * @param meaning where the expected shape comes from, such as
   *                {@code num_attention_heads·head_dim × hidden_size}
   * @throws QuipuException naming the tensor, the expected shape with its meaning, and the one in the file
   */
  public TensorEntry expectShape(String meaning, long... expected) {
    if (Arrays.equals(shape, expected)) {
      return this;
    }
    throw new QuipuException(name + ": expected " + Arrays.toString(expected) + " (" + meaning
        + "), the file has " + Arrays.toString(shape));
  }
}
