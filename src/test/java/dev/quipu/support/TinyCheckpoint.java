package dev.quipu.support;

import dev.quipu.tensor.Packing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A small Llama checkpoint of zeros, to be spoiled by a test and then written. */
public final class TinyCheckpoint {

  private record Stored(String dtype, int bytes, long[] shape) {}

  private final Map<String, String> config = new LinkedHashMap<>(); // key → JSON
  private final Map<String, Stored> tensors = new LinkedHashMap<>();

  /** Hidden 64, 4 heads over 2, 1 layer, vocabulary 10. */
  public TinyCheckpoint() {
    config("model_type", "\"llama\"").config("hidden_size", "64").config("num_hidden_layers", "1")
        .config("num_attention_heads", "4").config("num_key_value_heads", "2").config("intermediate_size", "96")
        .config("vocab_size", "10").config("rms_norm_eps", "1e-5").config("max_position_embeddings", "100");
    tensor("model.embed_tokens.weight", 10, 64).tensor("model.norm.weight", 64);
    String layer = "model.layers.0.";
    tensor(layer + "input_layernorm.weight", 64).tensor(layer + "post_attention_layernorm.weight", 64);
    tensor(layer + "self_attn.q_proj.weight", 64, 64).tensor(layer + "self_attn.k_proj.weight", 32, 64);
    tensor(layer + "self_attn.v_proj.weight", 32, 64).tensor(layer + "self_attn.o_proj.weight", 64, 64);
    tensor(layer + "mlp.gate_proj.weight", 96, 64).tensor(layer + "mlp.up_proj.weight", 96, 64);
    tensor(layer + "mlp.down_proj.weight", 64, 96);
  }

  /** Sets a key of config.json to a JSON value; null takes it away. */
  public TinyCheckpoint config(String key, String json) {
    if (json == null) {
      config.remove(key);
    } else {
      config.put(key, json);
    }
    return this;
  }

  /** An F32 tensor. */
  public TinyCheckpoint tensor(String name, long... shape) {
    return tensor(name, "F32", 4, shape);
  }

  public TinyCheckpoint tensor(String name, String dtype, int bytes, long... shape) {
    tensors.put(name, new Stored(dtype, bytes, shape));
    return this;
  }

  /** Replaces a dense matrix by a packed one with scales and biases. */
  public TinyCheckpoint quantized(String path, String scaleType, long out, long in, int bits, int groupSize) {
    int scaleBytes = scaleType.equals("F32") ? 4 : 2;
    return tensor(path + ".weight", "U32", 4, out, in * bits / 32)
        .tensor(path + ".scales", scaleType, scaleBytes, out, in / groupSize)
        .tensor(path + ".biases", scaleType, scaleBytes, out, in / groupSize);
  }

  /** Replaces a dense matrix by a packed one with scales of one byte. */
  public TinyCheckpoint micro(String path, long out, long in, Packing.Micro packing) {
    return tensor(path + ".weight", "U32", 4, out, in * packing.bits() / 32)
        .tensor(path + ".scales", "U8", 1, out, in / packing.groupSize());
  }

  public TinyCheckpoint without(String name) {
    tensors.remove(name);
    return this;
  }

  /** Writes config.json and model.safetensors. */
  public Path write(Path folder) throws IOException {
    StringBuilder json = new StringBuilder("{");
    config.forEach((key, value) -> json.append(json.length() > 1 ? ", " : "").append('"').append(key).append("\": ")
        .append(value));
    Files.writeString(folder.resolve("config.json"), json.append("}"));
    Files.write(folder.resolve("model.safetensors"), safetensors());
    return folder;
  }

  private byte[] safetensors() {
    StringBuilder header = new StringBuilder("{");
    int end = 0;
    for (var entry : tensors.entrySet()) {
      Stored stored = entry.getValue();
      int begin = end;
      StringBuilder shape = new StringBuilder();
      int size = stored.bytes;
      for (long dim : stored.shape) {
        shape.append(shape.isEmpty() ? "" : ",").append(dim);
        size *= (int) dim;
      }
      end += size;
      header.append(header.length() > 1 ? "," : "").append("\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
          .formatted(entry.getKey(), stored.dtype, shape, begin, end));
    }
    byte[] bytes = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length + end).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(bytes.length).put(bytes).array();
  }
}
