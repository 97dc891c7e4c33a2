package dev.quipu.language;

/** Only the text without characters. */
final class Empty extends Language {

  Empty() {
    super(1, PLAIN, 1, 0, 0, true);
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
  boolean same(Language other) {
    return other instanceof Empty;
  }

  @Override
  public String toString() {
    return "ε";
  }
}
