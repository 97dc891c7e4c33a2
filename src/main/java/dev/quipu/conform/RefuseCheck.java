package dev.quipu.conform;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.family.ModelFamily;
import dev.quipu.ops.Regime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Kind refuse: what is broken or unknown must be turned away in words, within a minute, and not by a crash. */
final class RefuseCheck {

  private static final int LIMIT_SECONDS = 60;

  private RefuseCheck() {}

  static void run(Case c, Bench bench) {
    Config json = c.json();
    List<String> mentions = json.requireStrings("mentions_any");
    String stage = json.requireString("stage");
    Runnable use = switch (stage) {
      case "checkpoint" -> {
        String checkpoint = json.requireString("checkpoint");
        yield () -> loadAndRun(checkpoint, bench);
      }
      case "tokenizer" -> {
        String tokenizer = json.requireString("tokenizer");
        yield () -> bench.library().readTokenizer(tokenizer);
      }
      default -> throw json.refuse("stage", "must be checkpoint or tokenizer but is \"" + stage + "\"");
    };
    QuipuException refusal = refusal(use);
    if (refusal == null) {
      throw new Mismatch("expected the " + stage + " to be refused, it was accepted");
    }
    Refusal.requireMention(refusal.getMessage(), mentions);
  }

  private static void loadAndRun(String reference, Bench bench) {
    try (Checkpoint checkpoint = bench.library().open(reference)) {
      ModelFamily.Model model = ModelFamily.load(checkpoint, Set.of());
      bench.session(model, Regime.PROMPT).last(0);
    }
  }

  /** What was refused, or null; on a thread of its own, which is left behind if it hangs. */
  private static QuipuException refusal(Runnable use) {
    FutureTask<Void> task = new FutureTask<>(use, null);
    Thread.ofPlatform().daemon().name("quipu-refuse").start(task);
    try {
      task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case QuipuException refusal -> refusal;
        case Skip skip -> throw skip;
        default -> throw new Mismatch("expected a refusal, got an internal error: " + e.getCause());
      };
    } catch (TimeoutException e) {
      throw new Mismatch("expected a refusal, nothing came within " + LIMIT_SECONDS + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QuipuException("interrupted", e);
    }
  }
}
