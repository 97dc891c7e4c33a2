package dev.quipu.generate;

import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.model.SequenceCache;
import dev.quipu.ops.Regime;
import java.util.function.BiConsumer;

/** Reads a prompt for the sake of its cache alone, chunk by chunk, between calls of those who generate. */
final class Prefill {

  private final Decoder decoder; // also the lock of every call
  private final SequenceCache cache;
  private final int[] ids;

  /** @param cache which holds a beginning of the ids, or nothing */
  Prefill(Decoder decoder, SequenceCache cache, int[] ids) {
    this.decoder = decoder;
    this.cache = cache;
    this.ids = ids;
  }

  /**
   * @param check    throws if the engine is closed
   * @param progress told how many of how many tokens are in the cache
   */
  void run(Runnable check, BiConsumer<Integer, Integer> progress) {
    Segment segment = new Segment(cache);
    progress.accept(cache.length(), ids.length);
    while (cache.length() < ids.length) {
      int from = cache.length();
      int count = Math.min(GenerationRequest.DEFAULT_PREFILL_STEP_SIZE, ids.length - from);
      synchronized (decoder) {
        check.run();
        decoder.forward(new Batch(Regime.PROMPT, segment.next(ids, from, count, Logits.NONE, ids.length)));
      }
      progress.accept(cache.length(), ids.length);
    }
  }
}
