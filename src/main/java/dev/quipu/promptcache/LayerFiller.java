package dev.quipu.promptcache;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Copies the rows of a layer from a file to an empty cache, in order of their positions. */
final class LayerFiller {

  private static final int CHUNK = 256; // positions at a time

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final StoredLayer layer;
  private final KvCache cache;
  private final int kvHeads;
  private final int headDim;

  LayerFiller(StoredLayer layer, KvCache cache) {
    this.layer = layer;
    this.cache = cache;
    this.kvHeads = (int) layer.keys().shape()[1];
    this.headDim = (int) layer.keys().shape()[3];
  }

  void fill() {
    if (cache instanceof KvCache.Sliding sliding) {
      if (sliding.keep() > 0 && layer.firstPosition() > 0) {
        throw new QuipuException("the prompt cache lacks the first positions, which max_kv_size keeps");
      }
      sliding.startAt(layer.firstPosition());
    }
    Mat k = Mat.zeros(CHUNK, kvHeads * headDim);
    Mat v = Mat.zeros(CHUNK, kvHeads * headDim);
    for (int from = layer.firstPosition(); from < layer.offset(); from += CHUNK) {
      int count = Math.min(CHUNK, layer.offset() - from);
      for (int t = 0; t < count; t++) {
        copy(layer.keys(), layer.row(from + t), k, t);
        copy(layer.values(), layer.row(from + t), v, t);
      }
      cache.append(k, v, 0, count);
    }
  }

  private void copy(TensorEntry tensor, int row, Mat to, int t) {
    for (int h = 0; h < kvHeads; h++) {
      long first = ((long) h * layer.rows() + row) * headDim;
      copy(tensor, first, to.data(), t * to.cols() + h * headDim);
    }
  }

  private void copy(TensorEntry tensor, long first, float[] to, int at) {
    MemorySegment data = tensor.data();
    for (int i = 0; i < headDim; i++) {
      to[at + i] = switch (tensor.dtype()) {
        case F32 -> data.get(FLOAT, 4 * (first + i));
        case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2 * (first + i)) << 16);
        case F16 -> Float.float16ToFloat(data.get(SHORT, 2 * (first + i)));
        default -> throw new AssertionError();
      };
    }
  }
}
