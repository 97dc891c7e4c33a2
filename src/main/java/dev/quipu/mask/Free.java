package dev.quipu.mask;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What a lexeme's state lets pass whatever its order: so many characters of some classes stay inside, and with them
 * every token that is made of them. A lower bound, found by following the state for a few characters.
 *
 * @param characters classes of {@link Characters}
 * @param length     how many of them
 * @param exact      whether no text of more of these characters stays inside
 */
record Free(long characters, int length, boolean exact) {

  static final Free NOTHING = new Free(0, 0, false);

  static final int UNLIMITED = 255;

  /** Longer than nearly every token. */
  static final int FAR = 40;

  /** How many states are looked at. */
  private static final int STATES = 100;

  private static final Free PLAIN = new Free(Characters.PLAIN, UNLIMITED, true);

  static Free of(Lexeme state) {
    if (state.free == null) {
      state.free = state.unrestricted() ? PLAIN : find(state);
    }
    return state.free;
  }

  /** Whether a set of such tokens is worth keeping. */
  boolean isWide() {
    return length > 1 && (characters & Characters.MANY) != 0;
  }

  private static Free find(Lexeme start) {
    if (start.isEndless('a')) {
      return new Free(endless(start), UNLIMITED, true);
    }
    if (start.hasManyWays()) {
      return NOTHING;
    }
    long characters = repeatable(start);
    if ((characters & Characters.MANY) == 0) {
      return NOTHING;
    }
    if (start.repeats() > 0) {
      return new Free(characters, Math.min(start.repeats(), UNLIMITED), true);
    }
    while (characters != 0) {
      Search search = new Search(characters);
      Free found = search.from(start);
      if (found != null) {
        return found;
      }
      characters = search.common;
    }
    return NOTHING;
  }

  /** What may follow itself: others are never free. */
  private static long repeatable(Lexeme start) {
    Ways ways = Ways.of(start);
    long others = 0;
    for (int i = 0; i < ways.states.length; i++) {
      others |= ways.classes[i] & (ways.states[i].hasManyWays() ? -1 : ~Ways.of(ways.states[i]).alive);
    }
    return ways.alive & ~others;
  }

  private static long endless(Lexeme state) {
    long others = 0;
    for (int c = 0; c < 128; c++) {
      others |= state.isEndless(c) ? 0 : Characters.ascii(c);
    }
    for (BeyondAscii kind : BeyondAscii.values()) {
      others |= state.isEndless(kind) ? 0 : Characters.beyond(kind);
    }
    return Characters.ALL & ~others;
  }

  /** Follows characters of some classes, one more in each round. */
  private static final class Search {

    private final long characters;
    private final Set<Lexeme> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private List<Lexeme> reached = new ArrayList<>();
    private boolean again;

    /** What leads to states that have many ways to go on. */
    private long scattered;

    /** What goes on from all states that were reached in the last round. */
    private long common;

    Search(long characters) {
      this.characters = characters;
    }

    /** Null if only some of the characters are free for longer. */
    Free from(Lexeme start) {
      seen.add(start);
      reached.add(start);
      for (int length = 0; ; length++) {
        common = characters;
        for (Lexeme state : reached) {
          common &= Ways.of(state).alive;
        }
        if (common != characters) {
          return common != 0 ? null : new Free(characters, length, !again && ends());
        }
        if (length == FAR || seen.size() > STATES) {
          return new Free(characters, length, false);
        }
        step();
        if (scattered != 0) {
          common = characters & ~scattered;
          return common != 0 ? null : new Free(characters, length, false);
        }
        if (reached.isEmpty()) {
          return new Free(characters, UNLIMITED, true);
        }
      }
    }

    /** Whether none of the characters goes on, or can follow. */
    private boolean ends() {
      for (Lexeme state : reached) {
        for (int b = 0; b < 256; b++) {
          if ((of(b) & characters) != 0 && (state.next(b) != null || state.endsBefore(b))) {
            return false;
          }
        }
      }
      return true;
    }

    /** The classes of the characters that a byte may begin. */
    private static long of(int b) {
      return b < 128 ? Characters.ascii(b) : Characters.BEYOND_ASCII;
    }

    private void step() {
      List<Lexeme> before = reached;
      reached = new ArrayList<>();
      for (Lexeme state : before) {
        Ways ways = Ways.of(state);
        for (int i = 0; i < ways.states.length; i++) {
          if ((ways.classes[i] & characters) != 0) {
            scattered |= ways.states[i].hasManyWays() ? ways.classes[i] : 0;
            reach(ways.states[i]);
          }
        }
      }
    }

    private void reach(Lexeme state) {
      if (seen.add(state)) {
        reached.add(state);
      } else {
        again = again || !reached.contains(state);
      }
    }
  }
}
