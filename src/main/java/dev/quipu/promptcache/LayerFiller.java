package dev.quipu.promptcache;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.PackedRow;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** Copies the rows of a layer from a file to an empty cache, in order of their positions. */
final class LayerFiller {

  private static final int CHUNK = 256; // positions at a time

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final StoredLayer layer;
  private final KvCache cache;

  LayerFiller(StoredLayer layer, KvCache cache) {
    this.layer = layer;
    this.cache = cache;
  }

  void fill() {
    if (layer.packed()) {
      fill((KvCache.Packed) cache);
      return;
    }
    int first = layer.firstPosition();
    if (first > 0) {
      append(0, layer.keep());
      ((KvCache.Sliding) cache).skipTo(first);
    }
    append(first, layer.offset());
  }

  private void append(int begin, int end) {
    Mat k = Mat.zeros(CHUNK, cache.kvHeads() * cache.headDim());
    Mat v = Mat.zeros(CHUNK, k.cols());
    for (int from = begin; from < end; from += CHUNK) {
      int count = Math.min(CHUNK, end - from);
      for (int t = 0; t < count; t++) {
        for (int h = 0; h < cache.kvHeads(); h++) {
          int at = t * k.cols() + h * cache.headDim();
          copy(layer.keys().getFirst(), h, from + t, k.data(), at, cache.headDim());
          copy(layer.values().getFirst(), h, from + t, v.data(), at, cache.headDim());
        }
      }
      cache.append(k, v, 0, count);
    }
  }

  /** As they are: packing them again would change them. */
  private void fill(KvCache.Packed packed) {
    PackedRow row = PackedRow.of(packed.headDim(), packed.packing());
    for (int position = 0; position < layer.offset(); position++) {
      packed.extend(1);
      for (int h = 0; h < packed.kvHeads(); h++) {
        copy(layer.keys(), h, position, row);
        packed.putKey(h, position, row);
        copy(layer.values(), h, position, row);
        packed.putValue(h, position, row);
      }
    }
  }

  private void copy(List<TensorEntry> tensors, int head, int position, PackedRow to) {
    MemorySegment words = tensors.getFirst().data();
    long first = ((long) head * layer.rows() + layer.row(position)) * to.words().length;
    for (int i = 0; i < to.words().length; i++) {
      to.words()[i] = words.get(INT, 4 * (first + i));
    }
    copy(tensors.get(1), head, position, to.scales(), 0, to.scales().length);
    copy(tensors.get(2), head, position, to.biases(), 0, to.biases().length);
  }

  private void copy(TensorEntry tensor, int head, int position, float[] to, int at, int columns) {
    MemorySegment data = tensor.data();
    long first = ((long) head * layer.rows() + layer.row(position)) * columns;
    for (int i = 0; i < columns; i++) {
      to[at + i] = switch (tensor.dtype()) {
        case F32 -> data.get(FLOAT, 4 * (first + i));
        case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2 * (first + i)) << 16);
        case F16 -> Float.float16ToFloat(data.get(SHORT, 2 * (first + i)));
        default -> throw new AssertionError();
      };
    }
  }
}
