package dev.quipu.promptcache;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the layers in a cache file, in either layout, and holds them to the model: how many there are, of which kind,
 * their heads and channels, and that their rows are those of one sequence. Reads no key and no value.
 */
final class LayerReader {

  static final String FULL = "KVCache";
  static final String ROTATING = "RotatingKVCache";

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SafeTensors file;
  private final Metadata metadata;
  private final DecoderSpec spec;
  private final Set<String> known = new HashSet<>(); // tensors that have a meaning

  LayerReader(SafeTensors file, Metadata metadata, DecoderSpec spec) {
    this.file = file;
    this.metadata = metadata;
    this.spec = spec;
  }

  List<StoredLayer> read() {
    List<LayerSpec> own = spec.layers().stream().filter(layer -> layer.keys().layer() == LayerSpec.Keys.OWN).toList();
    if (own.size() != metadata.classes().size()) {
      throw refuse("it has keys and values of " + metadata.classes().size() + " layers, this model of " + own.size());
    }
    List<StoredLayer> layers = new ArrayList<>();
    for (int l = 0; l < own.size(); l++) {
      layers.add(layer(l, own.get(l).attention()));
      if (layers.get(l).offset() != layers.getFirst().offset()) {
        throw refuse("layer " + l + " has seen " + layers.get(l).offset() + " positions, layer 0 "
            + layers.getFirst().offset());
      }
    }
    refuseUnknownTensors();
    return layers;
  }

  private StoredLayer layer(int l, AttentionShape attention) {
    String kind = metadata.classes().get(l);
    boolean slides = attention.window() != AttentionShape.ALL;
    if (!kind.equals(slides ? ROTATING : FULL)) {
      throw refuse("layer " + l + " is a " + kind + ", but this model's is a " + (slides ? ROTATING : FULL));
    }
    TensorEntry keys = rows(l + ".0", attention);
    TensorEntry values = rows(l + ".1", attention);
    if (!Arrays.equals(keys.shape(), values.shape())) {
      throw refuse("layer " + l + ": keys are " + Arrays.toString(keys.shape()) + " but values "
          + Arrays.toString(values.shape()));
    }
    int rows = (int) Math.min(Integer.MAX_VALUE, keys.shape()[2]);
    return slides ? rotating(l, keys, values, rows, attention.window()) : full(l, keys, values, rows);
  }

  /** [1, Hkv, rows, hd], of a type that caches are kept in. */
  private TensorEntry rows(String name, AttentionShape attention) {
    TensorEntry tensor = tensor(name);
    long[] shape = tensor.shape();
    if (shape.length != 4 || shape[0] != 1 || shape[1] != attention.kvHeads() || shape[3] != attention.headDim()) {
      throw refuse("tensor \"" + name + "\" is " + Arrays.toString(shape) + ", this model's are [1, "
          + attention.kvHeads() + ", rows, " + attention.headDim() + "]");
    }
    if (!KvCache.DTYPES.contains(tensor.dtype())) {
      throw refuse("tensor \"" + name + "\" is of " + tensor.dtype() + "; keys and values are F32, BF16 or F16");
    }
    return tensor;
  }

  private StoredLayer full(int l, TensorEntry keys, TensorEntry values, int rows) {
    int offset = metadata.states() == null ? number(l, "offset", 2, 0) : rows;
    requireWithin(l, "offset", offset, 1, rows);
    return new StoredLayer(keys, values, rows, offset, StoredLayer.ALL, offset);
  }

  /** mlx_lm/models/cache.py, RotatingKVCache: its state since 0.32, its state and meta_state before. */
  private StoredLayer rotating(int l, TensorEntry keys, TensorEntry values, int rows, int window) {
    int offset = number(l, "offset", 2, 2);
    int keep = number(l, "keep", 3, 0);
    int capacity = number(l, "max_size", 4, 1);
    int index = number(l, "_idx", 5, 3);
    if (keep != 0 || capacity != window) {
      throw refuse("layer " + l + ": keep is " + keep + " and max_size " + capacity + ", this model's are 0 and "
          + window + ", its window");
    }
    requireWithin(l, "offset", offset, 1, Integer.MAX_VALUE);
    if (offset <= rows) {
      requireWithin(l, "_idx", index, offset, offset); // in order, with room at the end
    } else {
      requireWithin(l, "rows", rows, capacity, Integer.MAX_VALUE);
      requireWithin(l, "_idx", index, rows == capacity ? 1 : rows, rows); // more rows than that only in order
    }
    return new StoredLayer(keys, values, rows, offset, capacity, index);
  }

  private void requireWithin(int l, String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw refuse("layer " + l + ": " + what + " is " + value + ", expected " + (least == most ? least
          : most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most));
    }
  }

  /** A number of a layer: a tensor of no axis, or in the old layout text of the header. */
  private int number(int l, String what, int tensor, int state) {
    return metadata.states() == null ? scalar(l + "." + tensor) : parsed(l, what, metadata.states().get(l + "." + state));
  }

  private int scalar(String name) {
    TensorEntry tensor = tensor(name);
    if (tensor.dtype() != DType.I32 || tensor.shape().length != 0) {
      throw refuse("tensor \"" + name + "\" is " + tensor.dtype() + " " + Arrays.toString(tensor.shape())
          + ", expected I32 of no axis");
    }
    return tensor.data().get(INT, 0);
  }

  private int parsed(int l, String what, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw refuse("layer " + l + ": " + what + " must be a whole number but is "
          + (text == null ? "absent" : "\"" + text + "\""));
    }
  }

  private TensorEntry tensor(String name) {
    if (!file.names().contains(name)) {
      throw refuse("there is no tensor \"" + name + "\"");
    }
    known.add(name);
    return file.tensor(name);
  }

  private void refuseUnknownTensors() {
    for (String name : file.names()) {
      if (!known.contains(name)) {
        throw refuse("tensor \"" + name + "\" has no meaning");
      }
    }
  }

  private QuipuException refuse(String what) {
    return PromptCacheFile.refuse(file.name(), what);
  }
}
