package dev.quipu.model;

import java.util.List;

/**
 * The part that one sequence has in a call: some tokens that follow what its cache holds. Set anew for each call, so
 * that decoding makes no garbage.
 */
public final class Segment {

  /** Which rows of the segment leave the decoder as logits. */
  public enum Logits {
    NONE,
    LAST,
    ALL
  }

  final SequenceCache cache;
  int[] tokens;
  int from;
  int count;
  int seen;
  int position; // of the first token, while the call lasts
  Logits logits;
  List<EmbeddedRows> embedded = List.of();

  public Segment(SequenceCache cache) {
    this.cache = cache;
  }

  /** The next tokens: {@code tokens[from … from + count)}. */
  public Segment next(int[] tokens, int from, int count, Logits logits) {
    return next(tokens, from, count, logits, cache.length() + count);
  }

  /** As above; {@code seen} is the length that dynamic RoPE goes by, where a longer prompt comes in chunks. */
  public Segment next(int[] tokens, int from, int count, Logits logits, int seen) {
    this.tokens = tokens;
    this.from = from;
    this.count = count;
    this.logits = logits;
    this.seen = seen;
    return this;
  }

  /**
   * Rows that stand in the stead of embeddings at their positions, in this call and in those that follow, until others
   * are set.
   */
  public Segment withRows(List<EmbeddedRows> rows) {
    embedded = rows;
    return this;
  }

  /** Whether a row sees rows behind it: those that stand together with it. */
  boolean seesAhead(int position) {
    for (int i = 0; i < embedded.size(); i++) {
      if (embedded.get(i).together() && embedded.get(i).next(position) == position) {
        return true;
      }
    }
    return false;
  }

  /** How many of {@code rows} rows from this position on see alike: those that stand together, or those that do not. */
  int alike(int position, int rows) {
    int end = position + rows;
    for (int i = 0; i < embedded.size(); i++) {
      if (embedded.get(i).together()) {
        int next = embedded.get(i).next(position);
        end = Math.min(end, next == position ? embedded.get(i).runEnd(position) : next);
      }
    }
    return end - position;
  }

  /** Rows of logits that leave the decoder for this segment. */
  public int logitRows() {
    return switch (logits) {
      case NONE -> 0;
      case LAST -> 1;
      case ALL -> count;
    };
  }
}
