package dev.quipu.generate;

import dev.quipu.generate.Speculation.Acceptance;
import dev.quipu.mask.Position;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.ops.Regime;
import dev.quipu.sample.DistributionSampler;
import dev.quipu.sample.LogitsProcessor;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.Rejection;
import dev.quipu.sample.Sampler;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.Mat;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A small model of the same vocabulary that guesses what the large one will say. Used by the engine's thread alone. */
final class DraftModel {

  private static final int STEP = 512; // tokens of a prompt at a time
  private static final int FEW = 16; // tokens that are computed as generated ones: prompts have other kernels
  private static final double TOO_LARGE = 0.7; // of the model: what it guesses costs what is gained

  private final Decoder decoder;
  private final PromptCache promptCache;
  private final boolean large;
  private final int targetVocabulary;
  private final int vocabulary; // what draft and target can both say

  /**
   * @param targetVocabulary logits of the large model: some are without a token
   * @param large            whether it is hardly smaller than that, see {@link #isLarge}
   */
  DraftModel(Decoder decoder, int targetVocabulary, boolean large, long budget) {
    this.decoder = decoder;
    this.large = large;
    this.targetVocabulary = targetVocabulary;
    this.vocabulary = Math.min(decoder.spec().vocabSize(), targetVocabulary);
    this.promptCache = new PromptCache(decoder::newCache, budget);
  }

  /** Whether a draft model costs too much to gain anything. */
  static boolean isLarge(DecoderSpec draft, DecoderSpec target) {
    return multiplyAdds(draft) > TOO_LARGE * multiplyAdds(target);
  }

  /** Of a token. */
  private static double multiplyAdds(DecoderSpec spec) {
    double sum = (double) spec.vocabSize() * spec.hiddenSize();
    for (LayerSpec layer : spec.layers()) {
      AttentionShape attention = layer.attention();
      sum += 2.0 * spec.hiddenSize() * (attention.heads() + attention.kvHeads()) * attention.headDim()
          + 3.0 * spec.hiddenSize() * layer.intermediateSize();
    }
    return sum;
  }

  /** @param cancelled asked while a long prompt is read */
  Guesser guesser(GenerationRequest request, BooleanSupplier cancelled) {
    return new Guesses(request, cancelled);
  }

  /** The guesses of one generation. */
  private final class Guesses implements Guesser {

    private final List<LogitsProcessor> processors;
    private final DistributionSampler sampler;
    private final Randomness random; // of guesses that are drawn by themselves
    private final boolean rejection;
    private final BooleanSupplier cancelled;
    private PromptCache.Lease lease;
    private Segment segment;
    private int[] seen = new int[0]; // the tokens of which the cache holds the first
    private float[][] distributions = new float[0][];
    private boolean tried;

    Guesses(GenerationRequest request, BooleanSupplier cancelled) {
      this.processors = request.penalties().processors();
      this.sampler = Sampler.of(request.sampling());
      this.random = new Randomness(request.seed() != null ? ~request.seed() : System.nanoTime());
      this.rejection = request.speculation().acceptance() == Acceptance.REJECTION && !request.sampling().greedy()
          && request.custom().sampler() == null;
      this.cancelled = cancelled;
    }

    @Override
    public void begin(int[] tokens, int count) {
      if (count <= decoder.spec().maxPositions()) {
        catchUp(tokens, count);
      }
    }

    /** A draft as large as the model cannot gain anything: it is tried once. */
    @Override
    public boolean promises(int[] tokens, int count) {
      return !(large && tried);
    }

    @Override
    public int guess(int[] tokens, int count, int most, Chooser chooser) {
      tried = true;
      if (count + most > decoder.spec().maxPositions() || !catchUp(tokens, count)) {
        return 0;
      }
      Randomness ahead = rejection ? random : chooser.foresight();
      Document document = chooser.document();
      Position position = document == null ? null : document.position();
      int guesses = 0;
      while (guesses < most && (document == null || position != null)) {
        int last = count + guesses - 1;
        Mat logits = forward(Regime.GENERATE, segment.next(tokens, last, 1, Logits.LAST));
        for (LogitsProcessor processor : processors) {
          processor.apply(tokens, count + guesses, logits.data(), 0, vocabulary);
        }
        if (document != null && !document.mask(position, logits.data(), 0, vocabulary)) {
          break;
        }
        int token = rejection ? draw(guesses, logits) : sampler.next(logits.data(), 0, vocabulary, ahead);
        position = document == null ? null : document.after(position, token);
        tokens[count + guesses++] = token;
      }
      seen = Arrays.copyOf(tokens, count + guesses);
      return guesses;
    }

    /** The cache holds all tokens but the last; false if the generation was cancelled meanwhile. */
    private boolean catchUp(int[] tokens, int count) {
      if (lease != null) {
        int differs = Arrays.mismatch(seen, 0, lease.cache().length(), tokens, 0, count - 1);
        goBack(differs < 0 ? lease.cache().length() : differs);
      }
      if (lease == null) {
        lease = promptCache.lease(Arrays.copyOf(tokens, count), count);
        segment = new Segment(lease.cache());
      }
      seen = Arrays.copyOf(tokens, count);
      while (lease.cache().length() < count - 1) {
        if (cancelled.getAsBoolean()) {
          return false;
        }
        int from = lease.cache().length();
        int left = count - 1 - from;
        boolean few = from > 0 && left <= FEW;
        segment.next(tokens, from, few ? 1 : Math.min(STEP, left), Logits.NONE, count - 1);
        forward(few ? Regime.GENERATE : Regime.PROMPT, segment);
      }
      return true;
    }

    private Mat forward(Regime regime, Segment segment) {
      try {
        return decoder.forward(new Batch(regime, segment));
      } catch (RuntimeException | Error e) {
        lease.abandon(); // layers may differ in length
        lease = null;
        throw e;
      }
    }

    /** Where a layer has forgotten too much, to the beginning. */
    private void goBack(int length) {
      if (lease.cache().canTrim(length)) {
        lease.cache().trim(length);
      } else {
        close();
      }
    }

    private int draw(int i, Mat logits) {
      if (i == distributions.length) {
        distributions = Arrays.copyOf(distributions, i + 1);
        distributions[i] = new float[targetVocabulary];
      }
      sampler.distribution(logits.data(), 0, vocabulary, random, distributions[i]);
      return Rejection.draw(distributions[i], targetVocabulary, random);
    }

    @Override
    public float[] distribution(int i) {
      return rejection ? distributions[i] : null;
    }

    @Override
    public void close() {
      if (lease != null) {
        lease.close(seen);
        lease = null;
      }
    }
  }
}
