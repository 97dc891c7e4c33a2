package dev.quipu.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A text of one of several languages, which are no choices themselves. */
final class Choice extends Language {

  /** Beyond, a choice is not asked whether parts of it can be written as one. */
  private static final int MERGED = 48;
  private static final int LIMIT = 20_000;

  final Language[] parts;

  private Choice(Language[] parts) {
    super(hash(4, Arrays.hashCode(parts), parts.length), flagsOf(parts), heightOf(parts), min(parts),
        max(parts), empty(parts));
    this.parts = parts;
  }

  private static int min(Language[] parts) {
    int min = INFINITE;
    for (Language part : parts) {
      min = Math.min(min, part.minLength);
    }
    return min;
  }

  private static int max(Language[] parts) {
    int max = 0;
    for (Language part : parts) {
      max = Math.max(max, part.maxLength);
    }
    return max;
  }

  private static boolean empty(Language[] parts) {
    for (Language part : parts) {
      if (part.acceptsEmpty) {
        return true;
      }
    }
    return false;
  }

  static Language of(Collection<Language> languages) {
    List<Language> parts = new ArrayList<>(languages.size());
    CodePointSet chars = CodePointSet.NONE;
    boolean empty = false;
    for (Language language : languages) {
      for (Language part : language instanceof Choice choice ? choice.parts : new Language[] {language}) {
        if (part == ANY) {
          return ANY;
        }
        if (part instanceof Chars one) {
          chars = chars.or(one.set);
        } else if (part == EMPTY) {
          empty = true;
        } else {
          add(part, parts);
        }
      }
    }
    if (!chars.isEmpty()) {
      parts.add(chars(chars));
    }
    if (empty && parts.stream().noneMatch(part -> part.acceptsEmpty && !part.is(BEHIND))) {
      parts.add(EMPTY);
    }
    return normal(parts);
  }

  private static void add(Language part, List<Language> parts) {
    if (parts.size() > 8 || !parts.contains(part)) {
      parts.add(part);
    }
  }

  private static Language normal(List<Language> all) {
    List<Language> parts = all.size() > 8 ? distinct(all) : all;
    if (parts.size() <= 1) {
      return parts.isEmpty() ? NONE : parts.getFirst();
    }
    if (parts.size() <= MERGED && merge(parts)) {
      return of(parts);
    }
    if (parts.size() > LIMIT) {
      throw new TooComplex("a text has more than " + LIMIT + " ways to go on");
    }
    Language[] sorted = parts.toArray(Language[]::new);
    Arrays.sort(sorted, Comparator.comparingInt(part -> part.hash));
    return Interned.of(new Choice(sorted));
  }

  private static List<Language> distinct(List<Language> all) {
    Set<Language> seen = new HashSet<>(2 * all.size());
    List<Language> parts = new ArrayList<>(all.size());
    for (Language part : all) {
      if (seen.add(part)) {
        parts.add(part);
      }
    }
    return parts;
  }

  /** Writes two parts as one, if two can be; true if so. */
  private static boolean merge(List<Language> parts) {
    for (int i = 0; i < parts.size(); i++) {
      for (int j = 0; j < parts.size(); j++) {
        Language both = i == j ? null : both(parts.get(i), parts.get(j));
        if (both != null) {
          parts.set(i, both);
          parts.remove(j);
          return true;
        }
      }
    }
    return false;
  }

  /** Two parts as one; null if they cannot be written so. */
  private static Language both(Language a, Language b) {
    if (a instanceof Complement x) {
      return b instanceof Complement y ? Complement.of(Intersection.of(List.of(x.body, y.body)))
          : x.body.equals(b) ? ANY : null;
    }
    if (a instanceof Sequence x) {
      if (b instanceof Sequence y && x.tail.equals(y.tail)) {
        Language head = x.head instanceof Chars c && y.head instanceof Chars d ? chars(c.set.or(d.set))
            : Repetition.union(x.head, y.head);
        return head == null ? null : sequence(head, x.tail);
      }
      return x.head.acceptsEmpty && !x.head.is(BEHIND | AHEAD) && x.tail.equals(b) ? a : null;
    }
    return Repetition.union(a, b);
  }

  @Override
  boolean allowsEveryBeginning() {
    return Arrays.stream(parts).anyMatch(Language::allowsEveryBeginning);
  }

  @Override
  Language withFewerRounds(int longest) {
    return of(Arrays.stream(parts).map(part -> part.within(longest)).toList());
  }

  @Override
  Language derive(int codePoint) {
    List<Language> ways = new ArrayList<>(parts.length);
    for (Language part : parts) {
      Language way = part.after(codePoint);
      if (way != NONE) {
        ways.add(way);
      }
    }
    return of(ways);
  }

  @Override
  CodePointSet endless() {
    for (Language part : parts) {
      if (!part.endless().isEmpty()) {
        return part.endless();
      }
    }
    return CodePointSet.NONE;
  }

  @Override
  boolean allows(int codePoint) {
    for (Language part : parts) {
      if (part.allows(codePoint)) {
        return true;
      }
    }
    return false;
  }

  @Override
  boolean spreads() {
    for (Language part : parts) {
      if (part.spreads()) {
        return true;
      }
    }
    return false;
  }

  @Override
  void split(Partition partition) {
    for (Language part : parts) {
      part.split(partition);
    }
  }

  @Override
  int work() {
    return parts.length + 1;
  }

  @Override
  Language shift(int codePoint) {
    return is(BEHIND) ? of(Arrays.stream(parts).map(part -> part.shift(codePoint)).toList()) : this;
  }

  @Override
  void splitShifts(Partition partition) {
    for (Language part : parts) {
      part.splitShifts(partition);
    }
  }

  @Override
  Language before(Language rest) {
    return is(AHEAD) ? of(Arrays.stream(parts).map(part -> part.before(rest)).toList()) : sequence(this, rest);
  }

  boolean hasEmpty() {
    return Arrays.asList(parts).contains(EMPTY);
  }

  /** The same without the empty text as a part. */
  Language withoutEmpty() {
    return of(Arrays.stream(parts).filter(part -> part != EMPTY).toList());
  }

  @Override
  boolean same(Language other) {
    return other instanceof Choice choice && sameParts(parts, choice.parts);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(");
    for (Language part : parts) {
      text.append(text.length() > 1 ? "|" : "").append(part);
    }
    return text.append(')').toString();
  }
}
