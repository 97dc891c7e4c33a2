package dev.quipu.promptcache;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.KvSettings;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the layers in a cache file, in either layout, and holds them to the model: how many there are, of which kind,
 * their heads and channels, and that their rows are those of one sequence. Reads no key and no value.
 */
final class LayerReader {

  static final String FULL = "KVCache";
  static final String ROTATING = "RotatingKVCache";
  static final String QUANTIZED = "QuantizedKVCache";

  private static final int MAX_CAPACITY = 1 << 30;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SafeTensors file;
  private final Metadata metadata;
  private final DecoderSpec spec;
  private final KvSettings kv;
  private final Set<String> known = new HashSet<>(); // tensors that have a meaning

  LayerReader(SafeTensors file, Metadata metadata, DecoderSpec spec, KvSettings kv) {
    this.file = file;
    this.metadata = metadata;
    this.spec = spec;
    this.kv = kv;
  }

  /** What a file says of how it is kept, where it is packed or keeps its first positions. */
  static KvSettings settings(SafeTensors file, Metadata metadata, KvSettings given) {
    LayerReader reader = new LayerReader(file, metadata, null, given);
    for (int l = 0; l < metadata.classes().size(); l++) {
      switch (metadata.classes().get(l)) {
        case QUANTIZED -> {
          int groupSize = reader.number(l, "group_size", 3, 1);
          return KvSettings.packed(reader.number(l, "bits", 4, 2), groupSize, 0);
        }
        case ROTATING -> {
          int keep = reader.number(l, "keep", 3, 0);
          int capacity = reader.number(l, "max_size", 4, 1);
          reader.requireWithin(l, "max_size", capacity, 1, MAX_CAPACITY);
          if (keep != 0) { // else it is a window of the model's
            return KvSettings.rotating(given.dtype(), capacity, keep);
          }
        }
        default -> { }
      }
    }
    return given;
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
    AttentionShape seen = kv.limited(attention);
    String kind = metadata.classes().get(l);
    if (seen.window() != AttentionShape.ALL) {
      requireKind(l, kind, ROTATING);
      return rotating(l, attention, seen);
    }
    if (kv.bits() > 0 && kind.equals(QUANTIZED)) {
      return quantized(l, attention);
    }
    requireKind(l, kind, FULL);
    return full(l, attention);
  }

  private void requireKind(int l, String kind, String expected) {
    if (!kind.equals(expected)) {
      throw refuse("layer " + l + " is a " + kind + ", but this model's is a " + expected + switch (kind) {
        case QUANTIZED -> "; give --kv-bits and --kv-group-size as it was made with";
        case ROTATING -> "; give --max-kv-size as it was made with";
        default -> "";
      });
    }
  }

  private StoredLayer full(int l, AttentionShape attention) {
    TensorEntry keys = floats(l + ".0", attention);
    TensorEntry values = floats(l + ".1", attention);
    int rows = rows(l, List.of(keys, values));
    int offset = metadata.states() == null ? number(l, "offset", 2, 0) : rows;
    requireWithin(l, "offset", offset, 1, rows);
    return new StoredLayer(List.of(keys), List.of(values), rows, offset);
  }

  /** mlx_lm/models/cache.py, RotatingKVCache: its state since 0.32, its state and meta_state before. */
  private StoredLayer rotating(int l, AttentionShape attention, AttentionShape seen) {
    TensorEntry keys = floats(l + ".0", attention);
    TensorEntry values = floats(l + ".1", attention);
    int rows = rows(l, List.of(keys, values));
    int offset = number(l, "offset", 2, 2);
    int keep = number(l, "keep", 3, 0);
    int capacity = number(l, "max_size", 4, 1);
    int index = number(l, "_idx", 5, 3);
    if (keep != seen.keep() || capacity != seen.keep() + seen.window()) {
      throw refuse("layer " + l + ": keep is " + keep + " and max_size " + capacity + ", here they are " + seen.keep()
          + " and " + (seen.keep() + seen.window())
          + (seen.keep() == 0 ? ", the model's window" : ", by --max-kv-size"));
    }
    requireWithin(l, "offset", offset, 1, Integer.MAX_VALUE);
    if (offset <= rows) {
      requireWithin(l, "_idx", index, offset, offset); // in order, with room at the end
    } else {
      requireWithin(l, "rows", rows, capacity, Integer.MAX_VALUE);
      requireWithin(l, "_idx", index, rows == capacity ? keep + 1 : rows, rows); // more rows only in order
    }
    return new StoredLayer(List.of(keys), List.of(values), rows, offset, keep, index);
  }

  /** mlx_lm/models/cache.py, QuantizedKVCache. */
  private StoredLayer quantized(int l, AttentionShape attention) {
    List<TensorEntry> keys = packed(l + ".0.", attention);
    List<TensorEntry> values = packed(l + ".1.", attention);
    int rows = rows(l, Stream.concat(keys.stream(), values.stream()).toList());
    int offset = number(l, "offset", 2, 0);
    int groupSize = number(l, "group_size", 3, 1);
    int bits = number(l, "bits", 4, 2);
    if (bits != kv.bits() || groupSize != kv.groupSize()) {
      throw refuse("layer " + l + ": it is packed to " + bits + " bits in groups of " + groupSize + ", not to "
          + kv.bits() + " in groups of " + kv.groupSize() + "; give --kv-bits and --kv-group-size as it was made with");
    }
    requireWithin(l, "offset", offset, Math.max(1, kv.quantizedStart()), rows);
    return new StoredLayer(keys, values, rows, offset);
  }

  private List<TensorEntry> packed(String name, AttentionShape attention) {
    int words = attention.headDim() * kv.bits() / Integer.SIZE;
    int groups = attention.headDim() / kv.groupSize();
    return List.of(
        tensor(name + "0", attention, words, Set.of(DType.U32)),
        tensor(name + "1", attention, groups, KvCache.DTYPES),
        tensor(name + "2", attention, groups, KvCache.DTYPES));
  }

  private TensorEntry floats(String name, AttentionShape attention) {
    return tensor(name, attention, attention.headDim(), KvCache.DTYPES);
  }

  /** [1, Hkv, rows, columns] of one of the types. */
  private TensorEntry tensor(String name, AttentionShape attention, int columns, Set<DType> types) {
    TensorEntry tensor = tensor(name);
    long[] shape = tensor.shape();
    if (shape.length != 4 || shape[0] != 1 || shape[1] != attention.kvHeads() || shape[3] != columns) {
      throw refuse("tensor \"" + name + "\" is " + Arrays.toString(shape) + ", this model's are [1, "
          + attention.kvHeads() + ", rows, " + columns + "]");
    }
    if (!types.contains(tensor.dtype())) {
      throw refuse("tensor \"" + name + "\" is of " + tensor.dtype() + ", expected "
          + types.stream().sorted().map(DType::toString).collect(Collectors.joining(", ")));
    }
    return tensor;
  }

  /** How many rows all of the tensors have. */
  private int rows(int l, List<TensorEntry> tensors) {
    long rows = tensors.getFirst().shape()[2];
    for (TensorEntry tensor : tensors) {
      if (tensor.shape()[2] != rows) {
        throw refuse("layer " + l + ": keys have " + rows + " rows but tensor \"" + tensor.name() + "\" has "
            + tensor.shape()[2] + ": values must have as many");
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, rows);
  }

  private void requireWithin(int l, String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw refuse("layer " + l + ": " + what + " is " + value + ", expected " + (least == most ? least
          : most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most));
    }
  }

  /** A number of a layer: a tensor of no axis, or in the old layout text of the header. */
  private int number(int l, String what, int tensor, int state) {
    return metadata.states() == null
        ? scalar(l + "." + tensor)
        : parsed(l, what, metadata.states().get(l + "." + state));
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
