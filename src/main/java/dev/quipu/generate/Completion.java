package dev.quipu.generate;

import dev.quipu.mask.Position;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Finds bytes that complete a text: those that the position knows, or else the fewest, breadth first. Inside of a
 * lexeme, places of the same state are the same to what surrounds it.
 */
final class Completion {

  private static final int MOST_STEPS = 200_000; // bytes tried

  /** A position, how it was reached, and where its lexeme began. */
  private record Step(Position position, Position outside, byte[] bytes) {

    static Step to(Position position, Position outside, byte[] bytes) {
      return new Step(position, position.lexeme() == null ? position : outside, bytes);
    }

    /** Two steps of the same place need not be followed both. */
    Object place() {
      return position.lexeme() == null ? position : new Place(outside, position.lexeme());
    }
  }

  /** Compared by identity in both. */
  private record Place(Position outside, Object lexeme) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Place place && place.outside == outside && place.lexeme == lexeme;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(outside) + System.identityHashCode(lexeme);
    }
  }

  private Completion() {}

  /** Null if none is known, and none is found within a bound. */
  static byte[] of(Position position) {
    if (position.complete()) {
      return new byte[0];
    }
    byte[] known = position.completion();
    return known != null ? known : search(position);
  }

  private static byte[] search(Position start) {
    Queue<Step> open = new ArrayDeque<>();
    Set<Object> seen = new HashSet<>();
    open.add(Step.to(start, start, new byte[0]));
    for (int steps = 0; !open.isEmpty() && steps < MOST_STEPS; ) {
      Step step = open.remove();
      for (int b = 0; b < 256; b++) {
        Position next = step.position.next(b);
        steps++;
        if (next != null) {
          byte[] bytes = Arrays.copyOf(step.bytes, step.bytes.length + 1);
          bytes[step.bytes.length] = (byte) b;
          if (next.complete()) {
            return bytes;
          }
          Step there = Step.to(next, step.outside, bytes);
          if (seen.add(there.place())) {
            open.add(there);
          }
        }
      }
    }
    return null;
  }
}
