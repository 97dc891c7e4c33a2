package dev.quipu.language;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Walks through the states of a language. What can be told from an expression itself is not walked for. */
final class Exploration {

  /** Of the work of {@link Language#work} over all states: well under a second. */
  private static final long LIMIT = 1_000_000;

  private final Set<Language> seen = new HashSet<>();
  private final Deque<Step> path = new ArrayDeque<>();
  private long work;
  private boolean spread;

  private Exploration() {}

  /** A state on the way, and the states after it, from the last on. */
  private record Step(Language state, Language[] next, int[] left) {}

  /**
   * Whether there is no text in a language: depth first, the shortest way first. What has none without the part that is
   * nested most has none with it, which is mostly seen sooner.
   */
  static boolean isEmpty(Language language) {
    int known = known(language);
    if (known != 0) {
      return known == 2;
    }
    return language instanceof Intersection both && both.parts.length > 2
        && both.withoutHighest().isEmpty() || new Exploration().walk(language);
  }

  private boolean walk(Language start) {
    if (enter(start)) {
      return false;
    }
    while (!path.isEmpty()) {
      Step step = path.peek();
      if (step.left[0] == 0) {
        path.pop();
      } else {
        Language next = step.next[--step.left[0]];
        if (!seen.contains(next) && enter(next)) {
          return false;
        }
      }
    }
    if (spread) {
      throw new TooComplex("whether any text is allowed would have to be asked for each character that there is");
    }
    seen.forEach(state -> state.mark(true));
    return true;
  }

  /** Goes on to a state; true if a state after it is known to have texts, and so have all on the way. */
  private boolean enter(Language state) {
    seen.add(state);
    Language[] next = next(state);
    work += (long) state.work() * (next.length + 1);
    if (work > LIMIT) {
      throw new TooComplex("whether any text is allowed takes more than " + seen.size() + " states to find out");
    }
    int size = 0;
    for (Language target : next) {
      int known = known(target);
      if (known == 1) {
        path.forEach(step -> step.state.mark(false));
        state.mark(false);
        return true;
      }
      if (known == 0) {
        next[size++] = target;
      }
    }
    Arrays.sort(next, 0, size, Comparator.comparingInt((Language target) -> target.minLength).reversed());
    path.push(new Step(state, next, new int[] {size}));
    return false;
  }

  /** The languages of which one has a text if a state has one. */
  private Language[] next(Language state) {
    if (state instanceof Choice choice) {
      return choice.parts.clone();
    }
    if (state instanceof Scope scope) {
      return new Language[] {scope.body()};
    }
    spread |= state.edges().isSpread();
    return state.edges().targets.clone();
  }

  /** What can be told of a state by itself and its parts: 1, there is a text; 2, there is none; 0, nothing. */
  private static int known(Language state) {
    if (state == Language.NONE) {
      return 2;
    }
    if (state.acceptsEmpty || state.is(Language.PLAIN)) {
      return 1;
    }
    return state.emptiness() != 0 ? state.emptiness() : switch (state) {
      case Complement complement -> hasEndlesslyManyOthers(complement.body) ? 1 : 0;
      case Intersection both -> cofinite(both) || isShortEnough(both) || Glimpse.sees(both) ? 1 : 0;
      case Sequence sequence when !sequence.is(Language.BEHIND | Language.AHEAD) -> inRow(sequence);
      case Repetition rounds when !rounds.is(Language.BEHIND | Language.AHEAD) -> rounds.body.isEmpty() ? 2 : 1;
      default -> 0;
    };
  }

  /** A sequence has a text if each of its parts has one. */
  private static int inRow(Sequence sequence) {
    Language at = sequence;
    for (; at instanceof Sequence part && !at.is(Language.PLAIN); at = part.tail) {
      if (part.head.isEmpty()) {
        return 2;
      }
    }
    return at.isEmpty() ? 2 : 1;
  }

  /** Whether all but finitely many texts of an infinite language are allowed. */
  private static boolean cofinite(Intersection both) {
    int infinite = 0;
    for (Language part : both.parts) {
      if (part instanceof Complement complement ? complement.body.maxLength == Language.INFINITE
          : atLeast(part) < Long.MAX_VALUE || infinite++ > 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text that is easily found has one of the lengths that are asked for. */
  private static boolean isShortEnough(Intersection both) {
    Language[] parts = both.parts;
    return parts.length == 2 && (hasLengthIn(parts[0], parts[1]) || hasLengthIn(parts[1], parts[0]));
  }

  private static boolean hasLengthIn(Language language, Language lengths) {
    return lengths instanceof Repetition all && all.body == Language.ANY_CHAR
        && (language instanceof Automaton automaton ? automaton.hasLength(all.min, all.max)
            : language.is(Language.PLAIN) && language.minLength >= all.min && language.minLength <= all.max);
  }

  static long count(Language language, long limit) {
    return language.isEmpty() ? 0 : new Exploration().counted(language, limit);
  }

  private long counted(Language start, long limit) {
    Map<Language, Long> counts = new HashMap<>();
    if (atLeast(start) >= limit) {
      return limit;
    }
    open(start);
    while (!path.isEmpty()) {
      Step step = path.peek();
      if (atLeast(step.state) >= limit) {
        return limit;
      }
      if (step.left[0] > 0) {
        Language next = step.next[--step.left[0]];
        if (!counts.containsKey(next) && !next.isEmpty()) {
          if (seen.contains(next)) {
            return limit; // a circle through states that have texts
          }
          open(next);
        }
      } else {
        path.pop();
        long count = sum(step.state, counts, limit);
        if (count >= limit) {
          return limit;
        }
        counts.put(step.state, count);
      }
    }
    return counts.get(start);
  }

  /** Not more than there are texts, as far as it is easily seen. */
  private static long atLeast(Language state) {
    return switch (state) {
      case Automaton automaton -> automaton.atLeast();
      case Choice choice -> Arrays.stream(choice.parts).mapToLong(Exploration::atLeast).max().orElse(0);
      case Complement complement -> hasEndlesslyManyOthers(complement.body) ? Long.MAX_VALUE : 0;
      case Intersection both -> cofinite(both) ? Long.MAX_VALUE : 0;
      default -> state.is(Language.PLAIN) && state.maxLength == Language.INFINITE ? Long.MAX_VALUE : 0;
    };
  }

  private static boolean hasEndlesslyManyOthers(Language language) {
    return language.maxLength < Language.INFINITE || language instanceof EcmaSyntax
        || language instanceof Choice choice && Arrays.stream(choice.parts).allMatch(EcmaSyntax.class::isInstance);
  }

  private void open(Language state) {
    seen.add(state);
    Language[] next = state.edges().targets;
    work += (long) state.work() * (next.length + 1);
    if (work > LIMIT || state.edges().isSpread()) {
      throw new TooComplex("how many texts are allowed takes more than " + seen.size() + " states to find out");
    }
    path.push(new Step(state, next, new int[] {next.length}));
  }

  private static long sum(Language state, Map<Language, Long> counts, long limit) {
    long sum = state.acceptsEmpty ? 1 : 0;
    Edges edges = state.edges();
    for (int i = 0; i < edges.size() && sum < limit; i++) {
      long rest = counts.getOrDefault(edges.targets[i], 0L);
      long size = edges.sets[i].size();
      sum = rest > limit / size ? limit : sum + rest * size;
    }
    return Math.min(sum, limit);
  }
}
