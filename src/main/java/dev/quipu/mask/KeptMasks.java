package dev.quipu.mask;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Bounds the memory of the masks that states keep: of more than so many, those that were made first are given back.
 * Does not keep the states, which would keep all that can be reached from them. Thread-safe.
 */
final class KeptMasks {

  private final int most;
  private final long mostBytes;
  private final Queue<Kept> kept = new ArrayDeque<>();
  private long bytes;

  KeptMasks(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  private static final class Kept extends WeakReference<Lexeme> {

    private final int size;

    Kept(Lexeme lexeme, int size) {
      super(lexeme);
      this.size = size;
    }
  }

  synchronized void keep(Lexeme lexeme, LexemeMask mask) {
    lexeme.mask = mask;
    bytes += mask.size;
    kept.add(new Kept(lexeme, mask.size));
    while (bytes > mostBytes || kept.size() > most) {
      Kept eldest = kept.remove();
      bytes -= eldest.size;
      Lexeme state = eldest.get();
      if (state != null) {
        state.mask = null;
      }
    }
  }
}
