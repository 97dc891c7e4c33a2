package dev.quipu.grammar;

import dev.quipu.language.Language;
import dev.quipu.language.TextPosition;
import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Position;
import dev.quipu.mask.Successors;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a begun lexeme may still be: some terminals, each with what is left of it. A lexeme is as long as one of them
 * can go on; at the first text of a lazy terminal it is over. Where a lexeme so long can keep what must follow from
 * being written, states know what may follow each terminal, and those from which nothing leads on are none.
 */
final class LexemeState extends Lexeme {

  /** How many states of a lexeme are looked at to see whether it can end. */
  private static final int MAX_STATES_AHEAD = 256;
  private static final int[] NO_TERMINALS = {};
  private static final Position[] NO_POSITIONS = {};
  /** A lexeme that is over and behind which nothing can stand. */
  private static final LexemeState LOST = new LexemeState(null, NO_TERMINALS, NO_POSITIONS, null, null, true);
  private static final LexemeState NOTHING = new LexemeState(null, NO_TERMINALS, NO_POSITIONS, null, null, true);

  final int[] terminals;
  final Accepted accepted; // null: no terminal's text ends here
  private final Machine machine;
  private final Position[] positions;
  private final Follow[] follows; // by terminal; null: none of them matters
  private final boolean shared;
  private final Successors<LexemeState> after; // null: not shared
  private boolean nested; // in an object or a list of another machine
  private boolean leavesRoom; // here and further on, so nobody need look again
  private Boolean closes; // whether some end of it leads on; null: not yet known

  private LexemeState(Machine machine, int[] terminals, Position[] positions, Follow[] follows, Accepted accepted,
      boolean shared) {
    this.machine = machine;
    this.terminals = terminals;
    this.positions = positions;
    this.follows = follows;
    this.accepted = accepted;
    this.shared = shared;
    this.after = shared ? new Successors<>() : null;
  }

  /** The state of the given parts, which is the same object each time if all terminals are shared. */
  static LexemeState of(Machine machine, int[] terminals, Position[] positions, Follow[] follows) {
    Accepted accepted = machine.accepted(accepted(machine, terminals, positions));
    if (accepted != null && (machine.terminal(accepted.terminals[0]).lazy || nothingIsLeft(positions))) {
      return leadsNowhere(terminals, positions, follows) ? LOST
          : machine.state(new LexemeState(machine, NO_TERMINALS, NO_POSITIONS, null, accepted, true));
    }
    boolean shared = true;
    for (int terminal : terminals) {
      shared &= machine.terminal(terminal).shared;
    }
    LexemeState state = new LexemeState(machine, terminals, positions, follows, accepted, shared);
    return shared ? machine.state(state) : state;
  }

  /** Those that are complete; of these only the lazy ones if there are any. */
  private static int[] accepted(Machine machine, int[] terminals, Position[] positions) {
    int[] complete = new int[terminals.length];
    int count = 0;
    boolean lazy = false;
    for (int i = 0; i < terminals.length; i++) {
      if (positions[i].complete()) {
        boolean ends = machine.terminal(terminals[i]).lazy;
        if (ends && !lazy) {
          count = 0;
          lazy = true;
        }
        if (ends == lazy) {
          complete[count++] = terminals[i];
        }
      }
    }
    return Arrays.copyOf(complete, count);
  }

  private static boolean leadsNowhere(int[] terminals, Position[] positions, Follow[] follows) {
    for (int i = 0; i < terminals.length; i++) {
      if (follows == null || positions[i].complete() && follows[i] != Follow.NEVER) {
        return false;
      }
    }
    return true;
  }

  private static boolean nothingIsLeft(Position[] positions) {
    for (Position position : positions) {
      if (!(position instanceof TextPosition text) || text.rest() != Language.EMPTY) {
        return false;
      }
    }
    return true;
  }

  /** Whether the lexeme is over as soon as it is here. */
  boolean over() {
    return terminals.length == 0 && accepted != null;
  }

  /** Whether the state is interned. */
  boolean shared() {
    return shared;
  }

  private Position only() {
    return positions.length == 1 ? positions[0] : null;
  }

  /**
   * Where its only terminal is inside of an object or a list: then what lexemes it has are followed by what it says, and
   * not by what this grammar does. Null if it is not.
   */
  Position nested() {
    return nested ? only() : null;
  }

  /** Its only terminal further on. */
  LexemeState with(Position position) {
    LexemeState state = of(machine, terminals, new Position[] {position}, follows);
    state.nested = nested;
    return state;
  }

  @Override
  public LexemeState next(int b) {
    LexemeState longer = longer(b);
    return longer == null || follows == null || longer.closes() ? longer : null;
  }

  @Override
  public boolean endsBefore(int b) {
    return accepted != null && longer(b) == null;
  }

  /** The state after a byte, though nothing may lead on from there. */
  LexemeState longer(int b) {
    if (!shared) {
      return step(b);
    }
    LexemeState known = after.get(b);
    if (known == null) {
      synchronized (machine) {
        known = step(b);
      }
      known = known == null ? NOTHING : known;
      after.put(b, known);
    }
    return known == NOTHING ? null : known;
  }

  private LexemeState step(int b) {
    int[] left = new int[terminals.length];
    Position[] on = new Position[terminals.length];
    Follow[] leftFollows = follows == null ? null : new Follow[terminals.length];
    int count = 0;
    for (int i = 0; i < terminals.length; i++) {
      Position next = positions[i].next(b);
      if (next != null) {
        if (follows != null) {
          leftFollows[count] = follows[i];
        }
        left[count] = terminals[i];
        on[count++] = next;
      }
    }
    if (count == 0) {
      return null;
    }
    LexemeState state = of(machine, Arrays.copyOf(left, count), Arrays.copyOf(on, count),
        follows == null ? null : Arrays.copyOf(leftFollows, count));
    if (!state.shared) {
      boolean begins = positions[0] == machine.terminal(terminals[0]).start;
      state.nested = begins ? b == '{' || b == '[' : nested;
    }
    return state;
  }

  /** The bytes that the lexeme can go on with. */
  ByteSet longer() {
    ByteSet bytes = new ByteSet();
    for (int b = 0; b < 256; b++) {
      if (longer(b) != null) {
        bytes.add(b);
      }
    }
    return bytes;
  }

  /** Whether the lexeme, from here, can become one that may end before what follows it. */
  private boolean closes() {
    if (this == LOST) {
      return false;
    }
    if (closes == null) {
      synchronized (machine) {
        closes = anyFrom(LexemeState::canClose, Collections.newSetFromMap(new IdentityHashMap<>()), true);
      }
    }
    return closes;
  }

  private boolean canClose() {
    if (accepted == null || over() || follows == null) {
      return accepted != null;
    }
    ByteSet longer = longer();
    for (int i = 0; i < terminals.length; i++) {
      if (positions[i].complete() && (follows[i].end() || !longer.containsAll(follows[i].bytes()))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a lexeme can be here or later where something that may follow it could only make it longer. */
  boolean mayTakeInWhatFollows() {
    Set<LexemeState> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    boolean greedy = anyFrom(state -> !state.leavesRoom && state.isGreedy(), seen, false);
    for (LexemeState state : greedy ? Set.<LexemeState>of() : seen) {
      state.leavesRoom = true;
    }
    return greedy;
  }

  private boolean isGreedy() {
    return accepted != null && !over() && !machine.leavesRoom(longer());
  }

  /** Whether a byte leads on from here. */
  boolean leadsOn() {
    for (int b = 0; b < 256; b++) {
      if (next(b) != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether it holds of a state that this one leads to, or of this; if there are too many to look at, a guess. */
  private boolean anyFrom(Predicate<LexemeState> holds, Set<LexemeState> seen, boolean guess) {
    Deque<LexemeState> todo = new ArrayDeque<>(List.of(this));
    seen.add(this);
    while (!todo.isEmpty()) {
      LexemeState state = todo.poll();
      if (holds.test(state)) {
        return true;
      }
      if (!state.shared || seen.size() > MAX_STATES_AHEAD) {
        return guess;
      }
      for (int b = 0; b < 256 && !state.leavesRoom; b++) {
        LexemeState longer = state.longer(b);
        if (longer != null && longer != LOST && seen.add(longer)) {
          todo.add(longer);
        }
      }
    }
    return false;
  }

  @Override
  public int hashCode() {
    return machine == null ? 0
        : 31 * (31 * (31 * Arrays.hashCode(terminals) + Arrays.hashCode(positions)) + Arrays.hashCode(follows))
            + System.identityHashCode(accepted);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof LexemeState state && accepted == state.accepted
        && Arrays.equals(terminals, state.terminals) && Arrays.equals(positions, state.positions)
        && Arrays.equals(follows, state.follows);
  }
}
