package dev.quipu.conform;

import dev.quipu.family.ModelFamily;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.model.SequenceCache;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Mat;
import java.util.BitSet;
import java.util.List;

/** One sequence of a model, from its beginning, in one regime. */
final class Session {

  private static final int MAX_LOGITS = 1 << 24; // at a time, 64 MiB of them
  private static final int MAX_TOKENS = 4096; // at a time

  private final Decoder decoder;
  private final SequenceCache cache;
  private final Segment segment;
  private final Regime regime;

  Session(ModelFamily.Model model, Ops ops, KvSettings kv, Regime regime) {
    this.decoder = new Decoder(model.spec(), model.weights(), ops);
    this.cache = decoder.newCache(kv);
    this.segment = new Segment(cache);
    this.regime = regime;
  }

  /** Begins with what a file of prompt cache holds. */
  void restore(PromptCacheFile file) {
    file.restore(cache);
  }

  /** Rows that stand in the stead of embeddings. */
  void embed(List<EmbeddedRows> rows) {
    segment.withRows(rows);
  }

  int vocabSize() {
    return decoder.spec().vocabSize();
  }

  /** Receives the logits of the tokens of a call, in order. */
  interface LogitsConsumer {
    /** @param row of {@code logits}, which is only lent */
    void accept(int token, Mat logits, int row);
  }

  /**
   * One call: in as many steps as memory asks for, which changes nothing, but with the length of the whole, which
   * counts for dynamic RoPE.
   *
   * @param wanted the tokens whose logits are wanted, by their index
   */
  void call(int[] tokens, BitSet wanted, LogitsConsumer consumer) {
    int seen = cache.length() + tokens.length;
    int step = Math.clamp(MAX_LOGITS / vocabSize(), 1, MAX_TOKENS);
    for (int from = 0; from < tokens.length; from += step) {
      int to = Math.min(from + step, tokens.length);
      int first = wanted.nextSetBit(from);
      Logits kind = first < 0 || first >= to ? Logits.NONE : first == to - 1 ? Logits.LAST : Logits.ALL;
      Mat logits = decoder.forward(new Batch(regime, segment.next(tokens, from, to - from, kind, seen)));
      for (int t = first; t >= 0 && t < to; t = wanted.nextSetBit(t + 1)) {
        consumer.accept(t, logits, kind == Logits.LAST ? 0 : t - from);
      }
    }
  }

  /** One call, watched; all rows leave the decoder. */
  void watch(int[] tokens, Trace trace) {
    decoder.forward(new Batch(regime, segment.next(tokens, 0, tokens.length, Logits.ALL)), trace);
  }

  /** One call of which only the last row of logits is wanted. */
  Mat last(int... tokens) {
    return decoder.forward(new Batch(regime, segment.next(tokens, 0, tokens.length, Logits.LAST)));
  }

  float logSumExp(Mat logits, int row) {
    return decoder.logSumExp(logits, row);
  }
}
