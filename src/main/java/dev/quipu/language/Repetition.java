package dev.quipu.language;

/** A number of texts of a language, one after the other. */
final class Repetition extends Language {

  final Language body;
  final int min;
  final int max;

  Repetition(Language body, int min, int max) {
    super(hash(7, body.hash, hash(0, min, max)), flags(body, max), body.height + 1, times(body.minLength, min),
        times(body.maxLength, max), min == 0 || body.acceptsEmpty);
    this.body = body;
    this.min = min;
    this.max = max;
  }

  private static int flags(Language body, int max) {
    return max < INFINITE && !(body instanceof Chars) ? body.flags | ROUNDS : body.flags;
  }

  static Language of(Language body, int min, int max) {
    if (max < min) {
      return NONE;
    }
    if (max == 0 || body == NONE || body == EMPTY) {
      return min == 0 || body == EMPTY ? EMPTY : NONE;
    }
    int least = body.acceptsEmpty && !body.is(BEHIND) ? 0 : min;
    if (body instanceof Choice choice && choice.hasEmpty()) {
      return of(choice.withoutEmpty(), 0, max);
    }
    if (body instanceof Repetition inner && !inner.is(BEHIND | AHEAD)) {
      if (inner.min <= 1 || inner.max == INFINITE && least > 0) {
        return of(inner.body, (int) times(inner.min, least), (int) times(inner.max, max));
      }
    }
    if (max == 1 && !(body instanceof Chars && least == 0)) {
      return least == 1 ? body : Choice.of(listOf(EMPTY, body));
    }
    if (least == 1 && max == 1) {
      return body;
    }
    return body == ANY_CHAR && least == 0 && max == INFINITE ? ANY : Interned.of(new Repetition(body, least, max));
  }

  static int min(Language language) {
    return language instanceof Repetition repetition ? repetition.min : 1;
  }

  static int max(Language language) {
    return language instanceof Repetition repetition ? repetition.max : 1;
  }

  /** The set that a language repeats, be it once or never; null if it is no repetition of characters. */
  private static CodePointSet set(Language language) {
    return language instanceof Chars chars ? chars.set
        : language instanceof Repetition repetition && repetition.body instanceof Chars chars ? chars.set : null;
  }

  /** Two numbers of characters as one, if they can be written so; else null. */
  static Language union(Language a, Language b) {
    CodePointSet set = set(a);
    if (set != null && b == EMPTY) {
      return min(a) <= 1 ? of(chars(set), 0, max(a)) : null;
    }
    CodePointSet other = set(b);
    if (set == null || other == null) {
      return null;
    }
    if (set.equals(other)) {
      return Math.max(min(a), min(b)) <= (long) Math.min(max(a), max(b)) + 1
          ? of(chars(set), Math.min(min(a), min(b)), Math.max(max(a), max(b))) : null;
    }
    return min(a) <= min(b) && max(a) >= max(b) && set.containsAll(other) ? a : null;
  }

  /** What is in two numbers of characters; null if one is no such. */
  static Language common(Language a, Language b) {
    CodePointSet set = set(a);
    CodePointSet other = set(b);
    if (set == null || other == null) {
      return null;
    }
    return of(chars(set.and(other)), Math.max(min(a), min(b)), Math.min(max(a), max(b)));
  }

  /** The first round followed by all the rest of a text, to which looks ahead are applied. */
  Language unfold(Language rest) {
    return body.before(next(body, min).before(rest));
  }

  private Language next(Language body, int min) {
    return of(body, Math.max(0, min - 1), max == INFINITE ? INFINITE : max - 1);
  }

  @Override
  boolean allowsEveryBeginning() {
    return body == ANY_CHAR && max == INFINITE;
  }

  @Override
  int repeats() {
    return body instanceof Chars ? max : 0;
  }

  /** Characters are counted. */
  @Override
  public boolean accepts(String text) {
    if (!(body instanceof Chars chars)) {
      return super.accepts(text);
    }
    int count = text.codePointCount(0, text.length());
    return count >= min && count <= max && text.codePoints().allMatch(chars.set::contains);
  }

  @Override
  Language withFewerRounds(int longest) {
    boolean counts = max < INFINITE && body.minLength > 0 && !(body instanceof Chars) && !is(BEHIND | AHEAD);
    return counts && max > longest / body.minLength ? of(body, min, longest / body.minLength) : this;
  }

  @Override
  Language derive(int codePoint) {
    if (is(AHEAD)) {
      return unfold(EMPTY).after(codePoint);
    }
    Language rest = body.after(codePoint);
    return rest == NONE ? NONE : sequence(rest, next(body.shift(codePoint), body.acceptsEmpty ? 0 : min));
  }

  @Override
  void split(Partition partition) {
    splitShifts(partition);
    if (is(AHEAD)) {
      unfold(EMPTY).split(partition);
    } else {
      body.split(partition);
    }
  }

  @Override
  int work() {
    return body.work() + 1;
  }

  @Override
  Language shift(int codePoint) {
    return is(BEHIND) ? of(body.shift(codePoint), min, max) : this;
  }

  @Override
  void splitShifts(Partition partition) {
    body.splitShifts(partition);
  }

  @Override
  boolean same(Language other) {
    return other instanceof Repetition repetition && min == repetition.min && max == repetition.max
        && body.equals(repetition.body);
  }

  @Override
  public String toString() {
    return "(" + body + "){" + min + "," + (max == INFINITE ? "" : max) + "}";
  }
}
