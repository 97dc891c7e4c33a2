package dev.quipu.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Every text that is not in a language. */
final class Complement extends Language {

  final Language body;

  private Complement(Language body) {
    super(hash(6, body.hash, 0), body.flags & ~PLAIN, body.height + 1,
        body.acceptsEmpty && !body.is(BEHIND) ? 1 : 0, INFINITE, !body.acceptsEmpty);
    this.body = body;
  }

  static Language of(Language body) {
    if (body instanceof Complement complement) {
      return complement.body;
    }
    if (body == NONE) {
      return ANY;
    }
    if (body == EMPTY || body == ANY_CHAR || body instanceof Repetition lengths && lengths.body == ANY_CHAR) {
      return otherLengths(body.minLength, body.maxLength);
    }
    return body instanceof Choice choice && areLengths(choice) ? outside(choice) : Interned.of(new Complement(body));
  }

  private static boolean areLengths(Choice choice) {
    return Arrays.stream(choice.parts).allMatch(part -> part == EMPTY || part == ANY_CHAR
        || part instanceof Repetition lengths && lengths.body == ANY_CHAR);
  }

  /** The lengths that are none of some. */
  private static Language outside(Choice choice) {
    Language[] rising = choice.parts.clone();
    Arrays.sort(rising, Comparator.comparingInt(part -> part.minLength));
    List<Language> gaps = new ArrayList<>();
    int from = 0;
    for (Language lengths : rising) {
      gaps.add(repetition(ANY_CHAR, from, lengths.minLength - 1));
      from = lengths.maxLength == INFINITE ? INFINITE : lengths.maxLength + 1;
    }
    if (from < INFINITE) {
      gaps.add(repetition(ANY_CHAR, from, INFINITE));
    }
    return Choice.of(gaps);
  }

  private static Language otherLengths(int min, int max) {
    Language shorter = repetition(ANY_CHAR, 0, min - 1);
    Language longer = max == INFINITE ? NONE : repetition(ANY_CHAR, max + 1, INFINITE);
    return Choice.of(List.of(shorter, longer));
  }

  @Override
  boolean allowsEveryBeginning() {
    return body.maxLength < INFINITE;
  }

  @Override
  Language derive(int codePoint) {
    return of(body.after(codePoint));
  }

  @Override
  boolean spreads() {
    return body.spreads();
  }

  @Override
  void split(Partition partition) {
    body.split(partition);
  }

  @Override
  int work() {
    return body.work() + 1;
  }

  @Override
  Language shift(int codePoint) {
    return is(BEHIND) ? of(body.shift(codePoint)) : this;
  }

  @Override
  void splitShifts(Partition partition) {
    body.splitShifts(partition);
  }

  @Override
  boolean same(Language other) {
    return other instanceof Complement complement && body.equals(complement.body);
  }

  @Override
  public String toString() {
    return "!" + body;
  }
}
