package dev.quipu.sample;

import dev.quipu.InvalidRequestException;
import java.util.Map;

/** Adds a number to the logits of given tokens. */
final class LogitBias implements LogitsProcessor {

  private final int[] ids;
  private final float[] biases;

  LogitBias(Map<Integer, Double> biasById) {
    ids = new int[biasById.size()];
    biases = new float[biasById.size()];
    int i = 0;
    for (Map.Entry<Integer, Double> entry : biasById.entrySet()) {
      ids[i] = entry.getKey();
      biases[i++] = entry.getValue().floatValue();
    }
  }

  @Override
  public void apply(int[] tokens, int count, float[] logits, int offset, int vocabulary) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] >= vocabulary) {
        throw new InvalidRequestException("logit_bias", "must name ids below the vocabulary's " + vocabulary
            + " tokens but names " + ids[i]);
      }
      logits[offset + ids[i]] += biases[i];
    }
  }
}
