package dev.quipu.language;

/** Nothing, where what stands before is a text of a language. */
final class Behind extends Language {

  /** What is still to come before, for the language to be satisfied here. */
  private final Language past;

  private Behind(Language past) {
    super(hash(9, past.hash, 0), BEHIND, past.height + 1, 0, 0, past.acceptsEmpty);
    this.past = past;
  }

  static Language of(Language past) {
    return past == NONE ? NONE : past == ANY ? EMPTY : Interned.of(new Behind(past));
  }

  /** Where a text begins. */
  static Language start() {
    return of(EMPTY);
  }

  boolean isStart() {
    return past == EMPTY;
  }

  @Override
  public Language after(int codePoint) {
    return NONE;
  }

  @Override
  Language derive(int codePoint) {
    return NONE;
  }

  @Override
  void split(Partition partition) {}

  @Override
  Language shift(int codePoint) {
    return of(past.after(codePoint));
  }

  @Override
  void splitShifts(Partition partition) {
    past.split(partition);
  }

  @Override
  boolean same(Language other) {
    return other instanceof Behind behind && past.equals(behind.past);
  }

  @Override
  public String toString() {
    return "<" + past + ">";
  }
}
