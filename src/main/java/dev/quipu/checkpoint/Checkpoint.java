package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model's files: a directory, or a folder inside a jar. Its tensors are mapped into memory until it is closed. Does
 * not know what the files say, nor where models come from.
 */
public final class Checkpoint implements AutoCloseable {

  private static final String CONFIG = "config.json";

  private final Folder folder;
  private final Arena arena = Arena.ofShared();
  private Config config;
  private WeightMap weights;

  private Checkpoint(Folder folder) {
    this.folder = folder;
  }

  /**
   * @throws QuipuException if the path is no folder; it says what it is and what would work
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw NotACheckpoint.path(directory);
    }
    return new Checkpoint(DirectoryFolder.of(directory));
  }

  /**
   * @param folder the folder's path in the jar, such as {@code models/SmolLM2-135M-Instruct-4bit}; its safetensors must
   *               be stored uncompressed
   * @throws QuipuException if the jar cannot be read or has no such folder
   */
  public static Checkpoint openInJar(Path jar, String folder) {
    return new Checkpoint(JarFolder.of(jar, folder));
  }

  /** What the checkpoint is called in a message. */
  public String name() {
    return folder.name();
  }

  public boolean has(String file) {
    return folder.files().contains(file);
  }

  /**
   * @throws QuipuException if there is no such file or it cannot be read
   */
  public InputStream open(String file) {
    if (!has(file)) {
      throw new QuipuException(name() + ": there is no " + file + "; download the whole model");
    }
    return folder.open(file);
  }

  /**
   * A file's text.
   *
   * @throws QuipuException if there is no such file, or it cannot be read or is not UTF-8
   */
  public String text(String file) {
    try (InputStream in = open(file)) {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in.readAllBytes())).toString();
    } catch (CharacterCodingException e) {
      throw new QuipuException(file + ": it is no text in UTF-8, in " + name(), e);
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot read it in " + name() + ": " + e.getMessage(), e);
    }
  }

  /**
   * {@code config.json}; always the same object, so that it knows every key that was asked for.
   *
   * @throws QuipuException if there is none; it says what the folder holds instead
   */
  public synchronized Config config() {
    if (config == null) {
      config = readConfig();
    }
    return config;
  }

  private Config readConfig() {
    if (!has(CONFIG)) {
      throw NotACheckpoint.noConfig(folder);
    }
    return optionalConfig(CONFIG).get();
  }

  /** Another JSON object, such as {@code generation_config.json}, if the file is there. */
  public Optional<Config> optionalConfig(String file) {
    return has(file) ? Optional.of(Config.of(file, Json.parse(open(file), file))) : Optional.empty();
  }

  /**
   * The tensors, mapped on the first call; always the same object, so that it knows every tensor that was taken.
   *
   * @throws QuipuException if there are no weights, or a file is missing or damaged
   */
  public synchronized WeightMap weights() {
    if (weights == null) {
      weights = new WeightFiles(folder, arena).open();
    }
    return weights;
  }

  /** Ends the mapping: no tensor of this checkpoint may be read any more. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
