package dev.quipu.language;

/** One character of a set. */
final class Chars extends Language {

  final CodePointSet set;

  Chars(CodePointSet set) {
    super(hash(2, set.hashCode(), 0), PLAIN, 1, 1, 1, false);
    this.set = set;
  }

  @Override
  public Language after(int codePoint) {
    return set.contains(codePoint) ? EMPTY : NONE;
  }

  @Override
  int repeats() {
    return 1;
  }

  @Override
  Language derive(int codePoint) {
    return after(codePoint);
  }

  @Override
  void split(Partition partition) {
    partition.split(set);
  }

  @Override
  boolean same(Language other) {
    return other instanceof Chars chars && set.equals(chars.set);
  }

  @Override
  public String toString() {
    return set == CodePointSet.ALL ? "." : set.toString();
  }
}
