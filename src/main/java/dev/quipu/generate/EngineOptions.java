package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a model is loaded and run.
 *
 * @param ops               which implementation of the operations
 * @param threads           to compute with, 1 to 1024, 0 for as many as the machine gives
 * @param allowedConfigKeys keys of config.json to ignore although their meaning is unknown
 * @param chatTemplate      a Jinja template instead of the model's own, or null
 * @param kvDtype           what keys and values are kept as: F32, BF16 or F16
 * @param log               told what is done and chosen
 * @param warn              told what the user should know: a fallback, with its reason and remedy
 */
public record EngineOptions(
    OpsKind ops, int threads, Set<String> allowedConfigKeys, String chatTemplate, DType kvDtype, Consumer<String> log,
    Consumer<String> warn) {

  /** The implementations of the operations. */
  public enum OpsKind {
    /** The formulas as in the book; slow. */
    SCALAR,
    /** The Vector API; scalar, with a warning, where it is not to be had. */
    VECTOR
  }

  /** More than any machine has processors for; as many threads as a typing error asks for could stop it. */
  public static final int MAX_THREADS = 1024;

  public static final EngineOptions DEFAULT =
      new EngineOptions(OpsKind.VECTOR, 0, Set.of(), null, DType.F32, _ -> {}, System.err::println);

  public EngineOptions {
    if (threads < 0 || threads > MAX_THREADS) {
      throw new InvalidRequestException("threads", "must be in [1, " + MAX_THREADS + "] but is " + threads);
    }
    if (!KvCache.DTYPES.contains(kvDtype)) {
      throw new InvalidRequestException("kv_dtype", "must be F32, BF16 or F16 but is " + kvDtype);
    }
    allowedConfigKeys = Set.copyOf(allowedConfigKeys);
  }
}
