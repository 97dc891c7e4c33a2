package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.tensor.KvSettings;
import dev.quipu.vision.VisionReference;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a model is loaded and run.
 *
 * @param ops               which implementation of the operations
 * @param threads           to compute with, 1 to 1024, 0 for as many as the machine gives
 * @param allowedConfigKeys keys of config.json to ignore although their meaning is unknown
 * @param chatTemplate      a Jinja template instead of the model's own, or null
 * @param kv                how keys and values are kept
 * @param draftModel        a small model of the same vocabulary that guesses what the model will say, as a folder or
 *                          an id; or null
 * @param memoryBudget      bytes that keys and values may take, of texts in use and of those remembered; 0: five
 *                          eighths of the Java heap
 * @param maxSequences      generations that are computed at a time; more wait
 * @param visionReference   whose definition of the vision tower counts where mlx-vlm's is not the model's own
 * @param log               told what is done and chosen
 * @param warn              told what the user should know: a fallback, with its reason and remedy
 */
public record EngineOptions(
    OpsKind ops, int threads, Set<String> allowedConfigKeys, String chatTemplate, KvSettings kv, String draftModel,
    long memoryBudget, int maxSequences, VisionReference visionReference, Consumer<String> log, Consumer<String> warn) {

  /** The implementations of the operations. */
  public enum OpsKind {
    /** The formulas as in the book; slow. */
    SCALAR,
    /** The Vector API; scalar, with a warning, where it is not to be had. */
    VECTOR
  }

  /** More than any machine has processors for; as many threads as a typing error asks for could stop it. */
  public static final int MAX_THREADS = 1024;

  /** Rows of one pass over the weights. */
  public static final int DEFAULT_MAX_SEQUENCES = 8;

  public static final EngineOptions DEFAULT =
      new EngineOptions(OpsKind.VECTOR, 0, Set.of(), null, KvSettings.FLOAT32, null, 0, DEFAULT_MAX_SEQUENCES,
          VisionReference.MIXED, _ -> {}, System.err::println);

  public EngineOptions {
    if (threads < 0 || threads > MAX_THREADS) {
      throw new InvalidRequestException("threads", "must be in [1, " + MAX_THREADS + "] but is " + threads);
    }
    if (memoryBudget < 0) {
      throw new InvalidRequestException("memory_budget", "must be at least 0 but is " + memoryBudget);
    }
    if (maxSequences < 1) {
      throw new InvalidRequestException("max_sequences", "must be at least 1 but is " + maxSequences);
    }
    allowedConfigKeys = Set.copyOf(allowedConfigKeys);
  }

  /** The budget in bytes. */
  long memoryBytes() {
    // what remains is for images, a draft model's keys, schemas and masks, and for what the collector needs
    return memoryBudget > 0 ? memoryBudget : Runtime.getRuntime().maxMemory() / 8 * 5;
  }
}
