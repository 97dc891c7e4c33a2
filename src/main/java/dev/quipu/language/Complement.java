package dev.quipu.language;

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
    return Interned.of(new Complement(body));
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
