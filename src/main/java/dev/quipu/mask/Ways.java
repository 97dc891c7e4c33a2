package dev.quipu.mask;

import java.util.Arrays;

/**
 * Where whole characters lead from a state, as far as it is the same for all characters of a class: each state once,
 * with the classes of {@link Characters} that lead to it. Without the backslash, which may begin another spelling of a
 * character.
 */
final class Ways {

  private static final BeyondAscii[] KINDS = BeyondAscii.values();

  /** The classes of which each character goes on. */
  final long alive;

  final Lexeme[] states;

  /** For each state: the classes of which some character leads to it. */
  final long[] classes;

  private Ways(long alive, Lexeme[] states, long[] classes) {
    this.alive = alive;
    this.states = states;
    this.classes = classes;
  }

  static Ways of(Lexeme state) {
    if (state.ways == null) {
      state.ways = new Search().from(state);
    }
    return state.ways;
  }

  private static final class Search {

    private Lexeme[] states = new Lexeme[4];
    private long[] classes = new long[4];
    private int count;
    private int last;
    private long dead = Characters.ascii('\\');

    Ways from(Lexeme state) {
      for (int c = 0; c < 128; c++) {
        if (c != '\\') {
          add(Characters.ascii(c), state.next(c));
        }
      }
      for (BeyondAscii kind : KINDS) {
        add(Characters.beyond(kind), state.after(kind));
      }
      return new Ways(Characters.ALL & ~dead, Arrays.copyOf(states, count), Arrays.copyOf(classes, count));
    }

    private void add(long characters, Lexeme state) {
      if (state == null) {
        dead |= characters;
      } else {
        int at = index(state); // first: the arrays may grow
        classes[at] |= characters;
      }
    }

    private int index(Lexeme state) {
      if (count == 0 || states[last] != state) {
        last = 0;
        while (last < count && states[last] != state) {
          last++;
        }
        if (last == count) {
          append(state);
        }
      }
      return last;
    }

    private void append(Lexeme state) {
      if (count == states.length) {
        states = Arrays.copyOf(states, 2 * count);
        classes = Arrays.copyOf(classes, 2 * count);
      }
      states[count++] = state;
    }
  }
}
