package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.Prompt;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.tensor.KvSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The file that {@code --prompt-cache-file} names. */
final class CacheFiles {

  static final String FLAG = "prompt-cache-file";

  private CacheFiles() {}

  /**
   * How keys and values are kept: as the file has them.
   *
   * @param given by the flags
   * @throws InvalidRequestException if flags contradict the file
   */
  static KvSettings settings(Flags flags, KvSettings given) {
    if (!flags.has(FLAG)) {
      return given;
    }
    KvSettings settings = PromptCacheFile.settings(path(flags), given);
    requireSame("max_kv_size", given.maxSize(), settings.maxSize());
    requireSame("kv_bits", given.bits(), settings.bits());
    requireSame("kv_group_size", given.groupSize(), settings.groupSize());
    return settings;
  }

  private static void requireSame(String parameter, int given, int file) {
    if (given != 0 && given != file) {
      throw new InvalidRequestException(parameter,
          (file == 0 ? "has no place" : "must be " + file) + " with this --" + FLAG + " but is " + given);
    }
  }

  /** The file, held to the model; null if none is named. */
  static PromptCacheFile open(Flags flags, Engine engine) {
    return flags.has(FLAG) ? engine.openPromptCache(path(flags)) : null;
  }

  /** What follows the text that was computed, if there is one. */
  static Prompt after(PromptCacheFile cache, Prompt prompt) {
    return cache == null ? prompt : new Prompt.Continued(cache, prompt);
  }

  static Path path(Flags flags) {
    String name = flags.text(FLAG);
    try {
      if (!name.isEmpty()) {
        return Path.of(name);
      }
    } catch (InvalidPathException e) {
      // refused as the empty one
    }
    throw new InvalidRequestException("prompt_cache_file", "must be a file but is \"" + name + "\"");
  }
}
