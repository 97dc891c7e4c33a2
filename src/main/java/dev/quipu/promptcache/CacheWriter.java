package dev.quipu.promptcache;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Fingerprint;
import dev.quipu.checkpoint.SafeTensorsWriter;
import dev.quipu.checkpoint.SafeTensorsWriter.Declaration;
import dev.quipu.model.SequenceCache;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
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
    int rows = layer.length() - layer.firstPosition();
    for (String part : List.of(".0", ".1")) {
      declarations.add(new Declaration(l + part, layer.dtype(), 1, layer.kvHeads(), rows, layer.headDim()));
    }
    switch (layer) {
      case KvCache.Full _ -> {
        classes.add(LayerReader.FULL);
        declareScalars(l, layer.length());
      }
      case KvCache.Packed _ -> throw new QuipuException(
          "a prompt cache of packed keys and values (kv_bits) cannot be written to a file");
      case KvCache.Sliding sliding when sliding.keep() > 0 -> throw new QuipuException(
          "a prompt cache that keeps the first positions (max_kv_size) cannot be written to a file");
      case KvCache.Sliding sliding -> {
        classes.add(LayerReader.ROTATING);
        declareScalars(l, layer.length(), 0, sliding.window(), rows); // offset, keep, max_size, _idx
      }
    }
  }

  private void declareScalars(int l, int... values) {
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

  /** How the key or the value of a position is read. */
  private interface Rows {
    void read(int head, int position, float[] into, int first);
  }

  /** The bytes of all keys and values, a piece after the other, with the name of the tensor. */
  private void forEachPiece(BiConsumer<String, MemorySegment> consumer) {
    for (int l = 0; l < layers.size(); l++) {
      KvCache layer = layers.get(l);
      forEachPiece(l + ".0", layer, layer::readKey, consumer);
      forEachPiece(l + ".1", layer, layer::readValue, consumer);
    }
  }

  private static void forEachPiece(
      String name, KvCache layer, Rows rows, BiConsumer<String, MemorySegment> consumer) {
    int headDim = layer.headDim();
    float[] numbers = new float[CHUNK * headDim];
    for (int h = 0; h < layer.kvHeads(); h++) {
      for (int from = layer.firstPosition(); from < layer.length(); from += CHUNK) {
        int count = Math.min(CHUNK, layer.length() - from);
        for (int t = 0; t < count; t++) {
          rows.read(h, from + t, numbers, t * headDim);
        }
        consumer.accept(name, bytes(numbers, count * headDim, layer.dtype()));
      }
    }
  }

  /** Numbers of a type, which they have been of before. */
  private static MemorySegment bytes(float[] numbers, int count, DType dtype) {
    ByteBuffer bytes = ByteBuffer.allocate(count * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (dtype) {
        case F32 -> bytes.putFloat(numbers[i]);
        case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(numbers[i]) >>> 16));
        case F16 -> bytes.putShort(Float.floatToFloat16(numbers[i]));
        default -> throw new AssertionError(dtype);
      }
    }
    return MemorySegment.ofBuffer(bytes.flip());
  }
}
