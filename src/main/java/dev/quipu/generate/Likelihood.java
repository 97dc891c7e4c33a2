package dev.quipu.generate;

import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Mat;

/** How surprised a model is by a text, token by token. Knows neither text nor windows. */
final class Likelihood {

  private static final int MAX_LOGITS = 1 << 24; // at a time, 64 MiB of them

  private final Decoder decoder;
  private final KvSettings kv;
  private final int step;

  Likelihood(Decoder decoder, KvSettings kv) {
    this.decoder = decoder;
    this.kv = kv;
    this.step = Math.max(1, MAX_LOGITS / decoder.spec().vocabSize());
  }

  /** −log p of each id but the first, after those before it. */
  double[] of(int[] ids) {
    double[] nll = new double[ids.length - 1];
    Segment segment = new Segment(decoder.newCache(kv));
    for (int from = 0; from < nll.length; from += step) {
      int count = Math.min(step, nll.length - from);
      segment.next(ids, from, count, Logits.ALL, nll.length); // dynamic RoPE goes by the whole
      Mat logits = decoder.forward(new Batch(Regime.PROMPT, segment));
      for (int row = 0; row < count; row++) {
        double logit = logits.get(row, ids[from + row + 1]);
        nll[from + row] = decoder.logSumExp(logits, row) - logit;
      }
    }
    return nll;
  }
}
