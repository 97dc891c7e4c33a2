package dev.quipu.model;

import dev.quipu.ops.Regime;

/**
 * The rows of one call: segments of one or more sequences, one after the other, and the regime that computes them. A
 * prompt chunk, a decoded token, eight sequences at once and a draft to verify are all of this form.
 */
public record Batch(Regime regime, Segment... segments) {

  int rows() {
    int rows = 0;
    for (Segment segment : segments) {
      rows += segment.count;
    }
    return rows;
  }

  int logitRows() {
    int rows = 0;
    for (Segment segment : segments) {
      rows += segment.logitRows();
    }
    return rows;
  }
}
