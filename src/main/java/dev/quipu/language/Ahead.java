package dev.quipu.language;

import java.util.List;

/** Nothing, where all the rest of the text is of a language. Not a state: applied once it is known what follows. */
final class Ahead extends Language {

  private final Language rest;

  private Ahead(Language rest) {
    super(hash(10, rest.hash, 0), rest.flags & BEHIND | AHEAD, rest.height + 1, 0, 0, false);
    this.rest = rest;
  }

  static Language of(Language rest) {
    return rest == NONE ? NONE : rest == ANY ? EMPTY : new Ahead(rest);
  }

  @Override
  Language derive(int codePoint) {
    throw new AssertionError("what follows is not known");
  }

  @Override
  void split(Partition partition) {
    throw new AssertionError("what follows is not known");
  }

  @Override
  Language shift(int codePoint) {
    return is(BEHIND) ? of(rest.shift(codePoint)) : this;
  }

  @Override
  void splitShifts(Partition partition) {
    rest.splitShifts(partition);
  }

  @Override
  Language before(Language next) {
    return Intersection.of(List.of(rest, next));
  }

  @Override
  boolean same(Language other) {
    return other instanceof Ahead ahead && rest.equals(ahead.rest);
  }

  @Override
  public String toString() {
    return "<=" + rest + ">";
  }
}
