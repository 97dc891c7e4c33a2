package dev.quipu.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.model.SequenceCache;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Times a decoder as llama-bench times one: an untimed run first, then repetitions of the same work on random tokens.
 * Only the forward passes are timed, not the drawing of tokens nor the filling of the context before.
 */
public final class Bench {

  /** Told how many of the tokens to come are done. */
  public interface Progress {
    void at(int done, int total);
  }

  /** Time for the JIT; a test that takes longer is run as far as it comes. */
  private static final long WARM_UP_NANOS = 3_000_000_000L;

  /** The same, while vectors are still objects. */
  private static final long MOST_WARM_UP_NANOS = 15_000_000_000L;

  private static final int SEED = 5;
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Decoder decoder;
  private final Work work;
  private final DType kvDtype;
  private final int step;

  /**
   * @param work    with keys and values of this type
   * @param kvDtype what keys and values are kept as
   * @param step    tokens of a prompt that are computed at a time
   */
  public Bench(Decoder decoder, Work work, DType kvDtype, int step) {
    this.decoder = decoder;
    this.work = work;
    this.kvDtype = kvDtype;
    this.step = step;
  }

  public Result run(Workload workload, int repetitions, Progress progress) {
    return new Run(workload, repetitions, progress).result();
  }

  /** One test, with the context that it works on. */
  private final class Run {

    private final Workload workload;
    private final double[] samples;
    private final int[] ids;
    private final Progress progress;
    private final int total;
    private int done;
    private long garbage;
    private long cpuNanos;
    private final SequenceCache[] caches; // of the sequences

    Run(Workload workload, int repetitions, Progress progress) {
      this.workload = workload;
      this.caches = new SequenceCache[workload.sequences()];
      Arrays.setAll(caches, _ -> decoder.newCache(KvSettings.of(kvDtype)));
      this.samples = new double[repetitions];
      this.ids = new SplittableRandom(SEED)
          .ints(workload.depth() + workload.positions(), 0, decoder.spec().vocabSize()).toArray();
      this.progress = progress;
      this.total = workload.depth() + (1 + repetitions) * workload.positions();
    }

    Result result() {
      warmUp();
      for (int i = 0; i < samples.length; i++) {
        rewind();
        done = Math.max(done, workload.depth() + (1 + i) * workload.positions());
        samples[i] = time();
      }
      double tokens = (double) samples.length * workload.tokens();
      return new Result(workload, samples, work.of(workload, step), garbage / tokens, cpuNanos / 1e9 / tokens);
    }

    /** @return tokens a second */
    private double time() {
      long allocated = THREADS.getTotalThreadAllocatedBytes();
      long cpu = PROCESS.getProcessCpuTime();
      long start = System.nanoTime();
      compute(Long.MAX_VALUE);
      long nanos = System.nanoTime() - start;
      cpuNanos += PROCESS.getProcessCpuTime() - cpu;
      garbage += THREADS.getTotalThreadAllocatedBytes() - allocated;
      return workload.tokens() * 1e9 / nanos;
    }

    /** Generating, even one token, ends the cold start. Runs the test, then, until the JIT is done with it. */
    private void warmUp() {
      pass(0, 1, Regime.GENERATE, true);
      long start = System.nanoTime();
      boolean compiled = false;
      while (!compiled || System.nanoTime() - start < WARM_UP_NANOS) {
        rewind();
        long allocated = THREADS.getTotalThreadAllocatedBytes();
        compute(System.nanoTime() + WARM_UP_NANOS);
        double garbage = THREADS.getTotalThreadAllocatedBytes() - allocated;
        compiled = garbage / workload.tokens() < Cliffs.GARBAGE_BYTES
            || System.nanoTime() - start > MOST_WARM_UP_NANOS;
      }
    }

    /** Takes the caches back to the context, or fills others if a layer has forgotten too much. */
    private void rewind() {
      int depth = workload.depth();
      if (caches[0].length() >= depth && caches[0].canTrim(depth)) {
        for (SequenceCache cache : caches) {
          cache.trim(depth);
        }
        return;
      }
      Arrays.setAll(caches, _ -> decoder.newCache(KvSettings.of(kvDtype)));
      passes(0, depth, Regime.PROMPT, false, Long.MAX_VALUE);
    }

    private void compute(long deadline) {
      boolean prompt = workload.prompt() > 0;
      passes(workload.depth(), ids.length, prompt ? Regime.PROMPT : Regime.GENERATE, true, deadline);
    }

    /** Ids [from, to): many at a time, with the logits of the very last, or one by one. */
    private void passes(int from, int to, Regime regime, boolean logits, long deadline) {
      int rows = regime == Regime.PROMPT ? step : 1;
      for (int at = from; at < to && System.nanoTime() < deadline; at += rows) {
        int count = Math.min(rows, to - at);
        pass(at, count, regime, logits && at + count == to || regime == Regime.GENERATE);
        done += count;
        progress.at(Math.min(done, total), total);
      }
    }

    /** The same ids for each sequence. */
    private void pass(int from, int count, Regime regime, boolean logits) {
      Logits kind = logits ? Logits.LAST : Logits.NONE;
      decoder.forward(new Batch(regime, Arrays.stream(caches)
          .map(cache -> new Segment(cache).next(ids, from, count, kind, ids.length)).toArray(Segment[]::new)));
    }
  }
}
