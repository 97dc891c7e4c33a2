package dev.quipu.promptcache;

import dev.quipu.checkpoint.Fingerprint;
import dev.quipu.checkpoint.SafeTensorsWriter;
import dev.quipu.checkpoint.SafeTensorsWriter.Declaration;
import dev.quipu.model.SequenceCache;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.PackedRow;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a cache as mlx-lm's save_prompt_cache does. A sliding layer is a buffer in order that will be overwritten from
 * its beginning on, as mlx-lm has it after a prompt: all rows that are kept, since we can go back as far as they reach.
 */
final class CacheWriter {

  private static final int CHUNK = 256; // rows at a time

  private final List<KvCache> layers;
  private final int[] tokens;
  private final PromptCacheFile.Model model;
  private final List<Declaration> declarations = new ArrayList<>();
  private final Map<String, Integer> scalars = new TreeMap<>();
  private final List<String> classes = new ArrayList<>();

  CacheWriter(SequenceCache cache, int[] tokens, PromptCacheFile.Model model) {
    this.layers = cache.ownLayers();
    this.tokens = tokens;
    this.model = model;
    for (int l = 0; l < layers.size(); l++) {
      declare(l, layers.get(l));
    }
  }

  private void declare(int l, KvCache layer) {
    switch (layer) {
      case KvCache.Full _ -> {
        declareRows(l, "", layer.dtype(), layer.headDim());
        declare(l, LayerReader.FULL, layer.length());
      }
      case KvCache.Sliding sliding -> {
        declareRows(l, "", layer.dtype(), layer.headDim());
        int rows = positions(layer).length;
        declare(l, LayerReader.ROTATING, layer.length(), sliding.keep(), sliding.keep() + sliding.window(), rows);
      }
      case KvCache.Packed packed -> {
        PackedRow row = PackedRow.of(packed.headDim(), packed.packing());
        declareRows(l, ".0", DType.U32, row.words().length);
        declareRows(l, ".1", DType.F32, row.scales().length);
        declareRows(l, ".2", DType.F32, row.biases().length);
        declare(l, LayerReader.QUANTIZED, layer.length(), packed.packing().groupSize(), packed.packing().bits());
      }
    }
  }

  /** The positions that are written, in order: what is kept of the first ones, then all from some position on. */
  private static int[] positions(KvCache layer) {
    int first = layer.firstPosition();
    int kept = first > 0 && layer instanceof KvCache.Sliding sliding ? sliding.keep() : 0;
    return IntStream.concat(IntStream.range(0, kept), IntStream.range(first, layer.length())).toArray();
  }

  private void declareRows(int l, String part, DType dtype, int columns) {
    KvCache layer = layers.get(l);
    for (String what : List.of(".0", ".1")) {
      declarations.add(new Declaration(
          l + what + part, dtype, 1, layer.kvHeads(), positions(layer).length, columns));
    }
  }

  /** @param values of the class's state that are numbers, in its order */
  private void declare(int l, String kind, int... values) {
    classes.add(kind);
    for (int i = 0; i < values.length; i++) {
      String name = l + "." + (2 + i);
      declarations.add(new Declaration(name, DType.I32));
      scalars.put(name, values[i]);
    }
  }

  void write(Path file) {
    Checksum checksum = new Checksum();
    forEachPiece((_, piece) -> checksum.update(piece));
    Map<String, String> header =
        Metadata.header(user(checksum), classes, List.copyOf(scalars.keySet()));
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, declarations, header)) {
      forEachPiece(writer::append);
      scalars.forEach((name, value) -> writer.append(name, MemorySegment.ofBuffer(
          ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value))));
      writer.finish();
    }
  }

  /** mlx_lm/cache_prompt.py writes the first two, and mlx_lm.generate asks for them. */
  private Map<String, String> user(Checksum checksum) {
    Fingerprint fingerprint = model.fingerprint();
    return Map.of(
        PromptCacheFile.MODEL, model.name(),
        PromptCacheFile.TOKENIZER_CONFIG, "{\"trust_remote_code\": false}",
        PromptCacheFile.TOKENS, Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(" ")),
        PromptCacheFile.CHECKSUM, checksum.toString(),
        PromptCacheFile.CONFIG_SHA, fingerprint.config(),
        PromptCacheFile.TOKENIZER_SHA, fingerprint.tokenizer(),
        PromptCacheFile.WEIGHTS_SHA, fingerprint.weights());
  }

  /** How the key or the value of a position is read, in bytes of its type. */
  private interface Rows {
    void read(int head, int position, ByteBuffer into);
  }

  /** The bytes of all keys and values, a piece after the other, with the name of the tensor. */
  private void forEachPiece(BiConsumer<String, MemorySegment> consumer) {
    for (int l = 0; l < layers.size(); l++) {
      if (layers.get(l) instanceof KvCache.Packed packed) {
        forEachPackedPiece(l + ".0", packed, packed::readKey, consumer);
        forEachPackedPiece(l + ".1", packed, packed::readValue, consumer);
      } else {
        KvCache layer = layers.get(l);
        forEachPiece(l + ".0", layer, floats(layer, layer::readKey), consumer);
        forEachPiece(l + ".1", layer, floats(layer, layer::readValue), consumer);
      }
    }
  }

  private interface FloatRows {
    void read(int head, int position, float[] into, int first);
  }

  private static Rows floats(KvCache layer, FloatRows rows) {
    float[] numbers = new float[layer.headDim()];
    return (head, position, into) -> {
      rows.read(head, position, numbers, 0);
      put(numbers, layer.dtype(), into);
    };
  }

  private interface PackedRows {
    void read(int head, int position, PackedRow into);
  }

  private static void forEachPackedPiece(
      String name, KvCache.Packed layer, PackedRows rows, BiConsumer<String, MemorySegment> consumer) {
    PackedRow row = PackedRow.of(layer.headDim(), layer.packing());
    forEachPiece(name + ".0", layer, (head, position, into) -> {
      rows.read(head, position, row);
      Arrays.stream(row.words()).forEach(into::putInt);
    }, consumer);
    forEachPiece(name + ".1", layer, (head, position, into) -> {
      rows.read(head, position, row);
      put(row.scales(), DType.F32, into);
    }, consumer);
    forEachPiece(name + ".2", layer, (head, position, into) -> {
      rows.read(head, position, row);
      put(row.biases(), DType.F32, into);
    }, consumer);
  }

  private static void forEachPiece(
      String name, KvCache layer, Rows rows, BiConsumer<String, MemorySegment> consumer) {
    int[] positions = positions(layer);
    ByteBuffer bytes =
        ByteBuffer.allocate(CHUNK * layer.headDim() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int h = 0; h < layer.kvHeads(); h++) {
      for (int from = 0; from < positions.length; from += CHUNK) {
        bytes.clear();
        for (int t = from; t < Math.min(from + CHUNK, positions.length); t++) {
          rows.read(h, positions[t], bytes);
        }
        consumer.accept(name, MemorySegment.ofBuffer(bytes.flip()));
      }
    }
  }

  /** Numbers of a type, which they have been of before. */
  private static void put(float[] numbers, DType dtype, ByteBuffer into) {
    for (float number : numbers) {
      switch (dtype) {
        case F32 -> into.putFloat(number);
        case BF16 -> into.putShort((short) (Float.floatToRawIntBits(number) >>> 16));
        case F16 -> into.putShort(Float.floatToFloat16(number));
        default -> throw new AssertionError(dtype);
      }
    }
  }
}
