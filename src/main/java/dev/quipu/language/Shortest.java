package dev.quipu.language;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/** Looks for a shortest text: read off a plain expression; else by its states, the most promising first. */
final class Shortest {

  private static final int LONGEST = 1 << 20;
  /** Of the work of {@link Language#work} over all states. */
  private static final int LIMIT = 400_000;

  private Shortest() {}

  /** A state, how it was reached, and how far. */
  private record Reached(Language state, Reached from, CodePointSet by, int length) {

    long promise() {
      return (long) length + state.minLength;
    }
  }

  /** A shortest text of a language that has one. */
  static String of(Language language) {
    if (language.minLength > LONGEST) {
      throw new TooComplex("the shortest text has more than " + LONGEST + " characters");
    }
    PriorityQueue<Reached> open = new PriorityQueue<>(
        Comparator.comparingLong(Reached::promise).thenComparing(reached -> -reached.length));
    Map<Language, Integer> best = new HashMap<>();
    open.add(new Reached(language, null, null, 0));
    long work = 0;
    while (!open.isEmpty()) {
      Reached at = open.poll();
      if (at.state.acceptsEmpty || at.state.is(Language.PLAIN) || at.state instanceof Automaton) {
        return text(at);
      }
      work += at.state.work();
      if (work > LIMIT || at.length > LONGEST) {
        throw new TooComplex("a shortest text takes more than " + best.size() + " states to find");
      }
      goOn(at, open, best);
    }
    throw new AssertionError("there is a text");
  }

  private static void goOn(Reached at, PriorityQueue<Reached> open, Map<Language, Integer> best) {
    Edges edges = at.state.edges();
    for (int i = 0; i < edges.size(); i++) {
      Language target = edges.targets[i];
      if (target.emptiness() != 2 && best.getOrDefault(target, LONGEST) > at.length + 1) {
        best.put(target, at.length + 1);
        CodePointSet by = edges.isSpread(i) ? CodePointSet.of(edges.sets[i].first()) : edges.sets[i];
        open.add(new Reached(target, at, by, at.length + 1));
      }
    }
  }

  private static String text(Reached end) {
    Deque<Integer> characters = new ArrayDeque<>();
    for (Reached at = end; at.from != null; at = at.from) {
      characters.push(at.by.example());
    }
    StringBuilder text = new StringBuilder();
    characters.forEach(text::appendCodePoint);
    if (!end.state.acceptsEmpty) {
      append(end.state, text);
    }
    return text.toString();
  }

  /** A shortest text of a plain expression, or of an automaton. */
  private static void append(Language language, StringBuilder out) {
    Language at = language;
    for (; at instanceof Sequence sequence; at = sequence.tail) {
      append(sequence.head, out);
    }
    if (at.acceptsEmpty) {
      return;
    }
    switch (at) {
      case Automaton automaton -> out.append(automaton.shortestText());
      case Chars chars -> out.appendCodePoint(chars.set.example());
      case Repetition rounds -> {
        StringBuilder round = new StringBuilder();
        append(rounds.body, round);
        out.append(round.toString().repeat(rounds.min));
      }
      case Choice choice -> append(shortest(choice.parts), out);
      case Texts texts -> {
        Language child = shortest(texts.children);
        out.appendCodePoint(texts.labels[Arrays.asList(texts.children).indexOf(child)]);
        append(child, out);
      }
      default -> throw new AssertionError("not plain: " + at);
    }
  }

  private static Language shortest(Language[] languages) {
    Language best = languages[0];
    for (Language language : languages) {
      best = language.minLength < best.minLength ? language : best;
    }
    return best;
  }
}
