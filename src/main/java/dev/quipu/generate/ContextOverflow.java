package dev.quipu.generate;

/**
 * What is done where a prompt, or a prompt and its answer, are longer than the context. Whatever is cut, the first
 * token stays, which models lean on (Xiao et al. 2023), and the rest is computed anew: what follows is what the model
 * says to the shorter text.
 */
public enum ContextOverflow {
  /** A prompt that is too long is refused; an answer ends where the context does. */
  STOP,
  /** Half of what is kept is the beginning, half the end. */
  TRUNCATE_MIDDLE,
  /** What is kept is the end. */
  ROLLING_WINDOW;

  /** The first {@code length} of the tokens, cut to {@code limit}, which is less. */
  int[] cut(int[] tokens, int length, int limit) {
    int first = this == TRUNCATE_MIDDLE ? Math.max(1, limit / 2) : 1;
    int[] kept = new int[limit];
    System.arraycopy(tokens, 0, kept, 0, first);
    System.arraycopy(tokens, length - (limit - first), kept, first, limit - first);
    return kept;
  }
}
