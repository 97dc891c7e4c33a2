package dev.quipu.language;

import java.util.ArrayList;
import java.util.List;

/** Something, then something else. The head is no sequence itself. */
final class Sequence extends Language {

  /** So many parts in a row may all be left out. */
  private static final int OPTIONAL_LIMIT = 1000;

  final Language head;
  final Language tail;
  /** With how many of its parts a text may begin. */
  private final int beginnings;

  private Sequence(Language head, Language tail) {
    super(hash(3, head.hash, tail.hash), flagsOf(head, tail), Math.max(head.height + 1, tail.height),
        (long) head.minLength + tail.minLength, (long) head.maxLength + tail.maxLength,
        head.acceptsEmpty && tail.acceptsEmpty);
    this.head = head;
    this.tail = tail;
    this.beginnings = head.acceptsEmpty ? 1 + (tail instanceof Sequence next ? next.beginnings : 1) : 1;
    if (beginnings > OPTIONAL_LIMIT) {
      throw new TooComplex("more than " + OPTIONAL_LIMIT + " parts in a row may be left out");
    }
  }

  static Language of(Language first, Language next) {
    Language result = next;
    if (first instanceof Sequence) {
      List<Language> heads = new ArrayList<>();
      Language at = first;
      for (; at instanceof Sequence sequence; at = sequence.tail) {
        heads.add(sequence.head);
      }
      result = join(at, result);
      for (int i = heads.size() - 1; i >= 0; i--) {
        result = join(heads.get(i), result);
      }
      return result;
    }
    return join(first, next);
  }

  private static Language join(Language head, Language tail) {
    if (head == NONE || tail == NONE) {
      return NONE;
    }
    if (head == EMPTY) {
      return tail;
    }
    if (tail == EMPTY) {
      return head;
    }
    if (tail == ANY && head.acceptsEmpty && !head.is(BEHIND | AHEAD)
        || head == ANY && tail.acceptsEmpty && !tail.is(BEHIND | AHEAD)) {
      return ANY;
    }
    Language merged = merge(head, tail);
    return merged != null ? merged : Interned.of(new Sequence(head, tail));
  }

  /** The same thing repeated twice is repeated once. */
  private static Language merge(Language head, Language tail) {
    if (tail instanceof Sequence sequence) {
      Language merged = merge(head, sequence.head);
      return merged == null ? null : join(merged, sequence.tail);
    }
    if (head.is(BEHIND | AHEAD) || !(head instanceof Repetition) && !(tail instanceof Repetition)) {
      return null;
    }
    Language body = head instanceof Repetition repetition ? repetition.body : head;
    Language other = tail instanceof Repetition repetition ? repetition.body : tail;
    if (!body.equals(other)) {
      return null;
    }
    return repetition(body, sum(Repetition.min(head), Repetition.min(tail)),
        sum(Repetition.max(head), Repetition.max(tail)));
  }

  private static int sum(int a, int b) {
    return (int) Math.min(INFINITE, (long) a + b);
  }

  @Override
  public Language after(int codePoint) {
    return head instanceof Chars chars && !tail.is(BEHIND)
        ? chars.set.contains(codePoint) ? tail : NONE
        : super.after(codePoint);
  }

  @Override
  boolean allowsEveryBeginning() {
    return head.allowsEveryBeginning() && !is(BEHIND | AHEAD) && !tail.isEmpty();
  }

  @Override
  Language withFewerRounds(int longest) {
    int more = longest - minLength;
    List<Language> heads = new ArrayList<>();
    Language at = this;
    for (; at instanceof Sequence sequence && at.is(ROUNDS); at = sequence.tail) {
      heads.add(sequence.head.within(sequence.head.minLength + more));
    }
    Language result = at.within(at.minLength + more);
    for (int i = heads.size() - 1; i >= 0; i--) {
      result = of(heads.get(i), result);
    }
    return result;
  }

  @Override
  Language derive(int codePoint) {
    Language first = first(codePoint);
    if (!head.acceptsEmpty) {
      return first;
    }
    List<Language> ways = listOf(first);
    Language at = tail;
    while (at instanceof Sequence sequence) {
      ways.add(sequence.first(codePoint));
      if (!sequence.head.acceptsEmpty) {
        return Choice.of(ways);
      }
      at = sequence.tail;
    }
    ways.add(at.after(codePoint));
    return Choice.of(ways);
  }

  /** The derivative where the head reads the character. */
  private Language first(int codePoint) {
    if (head.is(AHEAD)) {
      return ((Repetition) head).unfold(tail).after(codePoint);
    }
    Language rest = head.after(codePoint);
    return rest == NONE ? NONE : of(rest, tail.shift(codePoint));
  }

  @Override
  void split(Partition partition) {
    splitShifts(partition);
    Language at = this;
    while (at instanceof Sequence sequence) {
      if (sequence.head.is(AHEAD)) {
        ((Repetition) sequence.head).unfold(sequence.tail).split(partition);
      } else {
        sequence.head.split(partition);
      }
      if (!sequence.head.acceptsEmpty) {
        return;
      }
      at = sequence.tail;
    }
    at.split(partition);
  }

  @Override
  int work() {
    return head.work() + 1;
  }

  @Override
  Language shift(int codePoint) {
    if (!is(BEHIND)) {
      return this;
    }
    List<Language> heads = new ArrayList<>();
    Language at = this;
    for (; at instanceof Sequence sequence && at.is(BEHIND); at = sequence.tail) {
      heads.add(sequence.head);
    }
    Language result = at.shift(codePoint);
    for (int i = heads.size() - 1; i >= 0; i--) {
      result = of(heads.get(i).shift(codePoint), result);
    }
    return result;
  }

  @Override
  void splitShifts(Partition partition) {
    Language at = this;
    for (; at instanceof Sequence sequence && at.is(BEHIND); at = sequence.tail) {
      sequence.head.splitShifts(partition);
    }
    if (at.is(BEHIND)) {
      at.splitShifts(partition);
    }
  }

  @Override
  Language before(Language rest) {
    if (!is(AHEAD)) {
      return of(this, rest);
    }
    List<Language> heads = new ArrayList<>();
    Language at = this;
    for (; at instanceof Sequence sequence; at = sequence.tail) {
      heads.add(sequence.head);
    }
    Language result = at.before(rest);
    for (int i = heads.size() - 1; i >= 0; i--) {
      result = heads.get(i).before(result);
    }
    return result;
  }

  @Override
  boolean same(Language other) {
    Language a = this;
    Language b = other;
    while (a instanceof Sequence x && b instanceof Sequence y) {
      if (a == b) {
        return true;
      }
      if (a.hash != b.hash || !x.head.equals(y.head)) {
        return false;
      }
      a = x.tail;
      b = y.tail;
    }
    return !(a instanceof Sequence) && a.equals(b);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    Language at = this;
    for (; at instanceof Sequence sequence; at = sequence.tail) {
      text.append(sequence.head);
    }
    return text.append(at).toString();
  }
}
