package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says of something that is no checkpoint what it is instead, and what would work. */
final class NotACheckpoint {

  private static final String WANTED = "quipu reads MLX and Hugging Face folders: config.json, tokenizer.json and "
      + "*.safetensors";
  private static final String LOOK_FOR = "look for an mlx-community version of the model";

  private NotACheckpoint() {}

  /** For a path that is no directory. */
  static QuipuException path(Path path) {
    if (!Files.exists(path)) {
      return new QuipuException(path + ": there is no such folder");
    }
    String name = path.getFileName().toString();
    if (name.endsWith(".gguf") || startsWith(path, "GGUF")) {
      return new QuipuException(path + ": this is a GGUF file; " + WANTED + "; " + LOOK_FOR);
    }
    if (name.endsWith(".safetensors")) {
      return new QuipuException(path + ": this is one file of a model; name its folder");
    }
    return new QuipuException(path + ": this is a file; " + WANTED + "; name a folder");
  }

  /** For a folder without config.json. */
  static QuipuException noConfig(Folder folder) {
    if (!WeightFiles.find(folder.files()).isEmpty()) {
      return new QuipuException(folder.name() + ": there are weights but no config.json; download the whole model");
    }
    return new QuipuException(folder.name() + ": " + contents(folder, "there is no config.json here"));
  }

  /** For a folder without weights that could be read. */
  static QuipuException noWeights(Folder folder) {
    return new QuipuException(folder.name() + ": " + contents(folder, "there is no *.safetensors file here"));
  }

  private static String contents(Folder folder, String missing) {
    if (any(folder, "", ".gguf")) {
      return "this folder holds a GGUF model; " + WANTED + "; " + LOOK_FOR;
    }
    if (any(folder, "adapter", "")) {
      return "this folder holds only an adapter (LoRA), not the model it changes; fuse the two with mlx_lm.fuse and "
          + "name the result";
    }
    if (any(folder, "", ".npz")) {
      return "this folder holds weights as .npz, MLX's format of old; " + WANTED + "; " + LOOK_FOR;
    }
    if (any(folder, "", ".onnx") || any(folder, "", ".onnx_data")) {
      return "this folder holds an ONNX model; " + WANTED + "; " + LOOK_FOR;
    }
    if (any(folder, "", ".pth") || any(folder, "", ".pt") || any(folder, "pytorch_model", ".bin")) {
      return "this folder holds PyTorch weights, which are not read; " + WANTED
          + "; convert it with mlx_lm.convert or " + LOOK_FOR;
    }
    if (any(folder, "consolidated", ".safetensors")) {
      return "this folder holds only Mistral's consolidated.safetensors; " + WANTED + "; " + LOOK_FOR;
    }
    if (folder.files().isEmpty()) {
      return "this folder holds no files; " + WANTED;
    }
    return missing + "; " + WANTED + "; download the whole model";
  }

  private static boolean any(Folder folder, String start, String end) {
    for (String file : folder.files()) {
      if (file.startsWith(start) && file.endsWith(end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(Path file, String magic) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(magic.length()), StandardCharsets.ISO_8859_1).equals(magic);
    } catch (IOException e) {
      return false;   // then it is described by its name alone
    }
  }
}
