package dev.quipu.conform;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.family.ModelFamily;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.tensor.KvSettings;
import java.nio.file.Path;

/** Kind cache: a prompt cache in a file of mlx-lm, which calls as of kind logits go on with, or which is refused. */
final class CacheCheck {

  private CacheCheck() {}

  static void run(Case c, Bench bench) {
    Config json = c.json();
    ModelFamily.Model model = bench.library().model(json.requireString("checkpoint"));
    Path file = c.file(json.requireString("file"));
    if (json.has("mentions_any")) {
      requireRefusal(c, file, model);
      return;
    }
    KvSettings kv = PromptCacheFile.settings(file, KvSettings.of(bench.kvDtype()));
    try (PromptCacheFile cache = PromptCacheFile.open(file, model.spec(), kv, null)) {
      int positions = json.requireInt("positions");
      if (cache.length() != positions) {
        throw Mismatch.of("positions", positions, cache.length());
      }
      bench.inEachRegime(json.requireString("checkpoint"), kv, session -> {
        session.restore(cache);
        LogitsCheck.calls(c, session);
      });
    }
  }

  private static void requireRefusal(Case c, Path file, ModelFamily.Model model) {
    try (PromptCacheFile _ = PromptCacheFile.open(file, model.spec(), KvSettings.FLOAT32, null)) {
      throw new Mismatch("expected the file to be refused, it was accepted");
    } catch (QuipuException refusal) {
      Refusal.requireMention(refusal.getMessage(), c.json().requireStrings("mentions_any"));
    }
  }
}
