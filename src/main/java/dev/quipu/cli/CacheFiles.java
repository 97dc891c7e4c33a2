package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.Prompt;
import dev.quipu.promptcache.PromptCacheFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The file that {@code --prompt-cache-file} names. */
final class CacheFiles {

  static final String FLAG = "prompt-cache-file";

  private CacheFiles() {}

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
