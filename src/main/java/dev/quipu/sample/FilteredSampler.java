package dev.quipu.sample;

/**
 * Draws a token: log-probabilities, then top-p, min-p, XTC and top-k in this order, and the temperature last, in the
 * draw. Source: {@code mlx_lm/sample_utils.py}, make_sampler.
 */
public final class FilteredSampler implements DistributionSampler {

  private final SamplerSettings settings;
  private final int[] xtcSpecialTokens;
  private float[] logProbabilities = new float[0];
  private float[] scratch = new float[0];
  private final RadixSort sort = new RadixSort();

  /**
   * @param settings with a temperature above 0
   */
  public FilteredSampler(SamplerSettings settings) {
    this.settings = settings;
    this.xtcSpecialTokens = settings.xtcSpecialTokens().stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public int next(float[] logits, int offset, int vocabulary, Randomness random) {
    filterRow(logits, offset, vocabulary, random);
    float u = random.uniform();
    return Filters.draw(logProbabilities, vocabulary, settings.temp(), u, scratch);
  }

  @Override
  public void distribution(float[] logits, int offset, int vocabulary, Randomness random, float[] out) {
    filterRow(logits, offset, vocabulary, random);
    Filters.probabilities(out, logProbabilities, vocabulary, settings.temp());
  }

  @Override
  public void skip(Randomness random) {
    if (settings.xtcProbability() > 0) {
      random.uniform();
    }
    random.uniform();
  }

  private void filterRow(float[] logits, int offset, int vocabulary, Randomness random) {
    if (logProbabilities.length != vocabulary) {
      settings.checkVocabulary(vocabulary);
      logProbabilities = new float[vocabulary];
      scratch = new float[vocabulary];
    }
    Filters.logProbabilities(logProbabilities, logits, offset, vocabulary);
    if (Float.isNaN(logProbabilities[0])) {   // so are all the others, then
      throw GreedySampler.nothingToChoose();
    }
    filter(logProbabilities, scratch, random);
  }

  /**
   * The filters alone, on all of {@code lp}.
   *
   * @param lp      log-probabilities; those of dropped tokens become −∞
   * @param scratch as long
   */
  public void filter(float[] lp, float[] scratch, Randomness random) {
    if (settings.topP() > 0 && settings.topP() < 1) {
      Filters.topP(lp, lp.length, (float) settings.topP(), scratch, sort);
    }
    if (settings.minP() > 0) {
      Filters.minP(lp, lp.length, settings.minP(), settings.minTokensToKeep(), scratch);
    }
    // one number each time, used or not
    if (settings.xtcProbability() > 0 && random.uniform() <= (float) settings.xtcProbability()) {
      Filters.xtc(lp, lp.length, (float) settings.xtcThreshold(), xtcSpecialTokens, scratch);
    }
    if (settings.topK() > 0) {
      Filters.topK(lp, lp.length, settings.topK(), scratch);
    }
  }
}
