package dev.quipu.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The texts that are in each of several languages, which are no intersections themselves; at most one complement. */
final class Intersection extends Language {

  private static final int LIMIT = 20_000;

  final Language[] parts;

  private Intersection(Language[] parts) {
    super(hash(5, Arrays.hashCode(parts), parts.length), flagsOf(parts) & ~PLAIN, heightOf(parts), min(parts),
        max(parts), empty(parts));
    this.parts = parts;
  }

  private static int min(Language[] parts) {
    int min = 0;
    for (Language part : parts) {
      min = Math.max(min, part.minLength);
    }
    return min;
  }

  private static int max(Language[] parts) {
    int max = INFINITE;
    for (Language part : parts) {
      max = Math.min(max, part.maxLength);
    }
    return max;
  }

  private static boolean empty(Language[] parts) {
    for (Language part : parts) {
      if (!part.acceptsEmpty) {
        return false;
      }
    }
    return true;
  }

  static Language of(Collection<Language> languages) {
    Set<Language> parts = new LinkedHashSet<>();
    List<Language> refused = new ArrayList<>();
    for (Language language : languages) {
      for (Language part : language instanceof Intersection both ? both.parts : new Language[] {language}) {
        if (part == NONE) {
          return NONE;
        }
        if (part instanceof Complement complement) {
          refused.add(complement.body);
        } else if (part != ANY) {
          parts.add(part);
        }
      }
    }
    return of(new ArrayList<>(parts), Choice.of(refused));
  }

  /** What is in all of some languages, which are no complements, and not in another. */
  private static Language of(List<Language> parts, Language refused) {
    if (refused == ANY || parts.contains(refused)) {
      return NONE;
    }
    if (refused instanceof Choice choice && Arrays.stream(choice.parts).anyMatch(parts::contains)) {
      return NONE;
    }
    while (merge(parts)) {
      if (parts.contains(NONE)) {
        return NONE;
      }
    }
    Language complement = Complement.of(refused);
    if (complement instanceof Complement || parts.isEmpty()) {
      parts.add(complement);
    } else if (complement != ANY) {
      parts.add(complement);
      return of(parts);
    }
    return parts.size() == 1 ? parts.getFirst() : normal(parts);
  }

  /** Writes two parts as one, if two can be; true if so. */
  private static boolean merge(List<Language> parts) {
    for (int i = 0; i < parts.size(); i++) {
      for (int j = i + 1; j < parts.size(); j++) {
        Language both = Repetition.common(parts.get(i), parts.get(j));
        if (both != null) {
          parts.set(i, both);
          parts.remove(j);
          return true;
        }
      }
    }
    return false;
  }

  private static Language normal(List<Language> parts) {
    if (parts.size() > LIMIT) {
      throw new TooComplex("a text is asked for more than " + LIMIT + " things at once");
    }
    Language small = small(parts);
    if (small != null) {
      return small;
    }
    for (Language part : parts) {
      if (Texts.isFewTexts(part) && parts.stream().noneMatch(other -> other.is(BEHIND))) {
        parts.remove(part);
        return Texts.both(part, parts.size() == 1 ? parts.getFirst() : normal(parts));
      }
    }
    Language[] sorted = parts.toArray(Language[]::new);
    int longest = max(sorted);
    if (min(sorted) > longest) {
      return NONE;
    }
    if (longest < INFINITE && Arrays.stream(sorted).anyMatch(part -> part.within(longest) != part)) {
      return of(parts.stream().map(part -> part.within(longest)).toList());
    }
    for (Language part : sorted) {
      if (part instanceof Repetition lengths && lengths.body == ANY_CHAR && holds(lengths, sorted)) {
        parts.remove(part);
        return parts.size() == 1 ? parts.getFirst() : normal(parts);
      }
    }
    Arrays.sort(sorted, Comparator.comparingInt(part -> part.hash));
    return Interned.of(new Intersection(sorted));
  }

  /** The other parts than the highest. */
  Language withoutHighest() {
    List<Language> others = new ArrayList<>(Arrays.asList(parts));
    others.remove(Collections.max(others, Comparator.comparingInt(part -> part.height)));
    return of(others);
  }

  /** Whether the other parts alone have only texts of these lengths. */
  private static boolean holds(Repetition lengths, Language[] parts) {
    int min = 0;
    int max = INFINITE;
    for (Language part : parts) {
      min = part == lengths ? min : Math.max(min, part.minLength);
      max = part == lengths ? max : Math.min(max, part.maxLength);
    }
    return min >= lengths.min && max <= lengths.max;
  }

  /** With a part of at most one character, there is not much to ask; null if there is none. */
  private static Language small(List<Language> parts) {
    boolean behind = parts.stream().anyMatch(part -> part.is(BEHIND));
    if (behind) {
      return null;
    }
    if (parts.contains(EMPTY)) {
      return parts.stream().allMatch(part -> part.acceptsEmpty) ? EMPTY : NONE;
    }
    if (parts.stream().noneMatch(part -> part instanceof Chars)) {
      return null;
    }
    CodePointSet common = CodePointSet.ALL;
    for (Language part : parts) {
      common = common.and(single(part));
    }
    return chars(common);
  }

  /** The characters that are texts by themselves. */
  private static CodePointSet single(Language language) {
    if (language instanceof Chars chars) {
      return chars.set;
    }
    CodePointSet set = CodePointSet.NONE;
    Edges edges = language.edges();
    for (int i = 0; i < edges.size(); i++) {
      set = edges.targets[i].acceptsEmpty ? set.or(edges.sets[i]) : set;
    }
    return set;
  }

  /** Longer texts are refused by none of the parts. */
  @Override
  boolean allowsEveryBeginning() {
    return Arrays.stream(parts).allMatch(part ->
        (part instanceof Complement || part instanceof Repetition) && part.allowsEveryBeginning());
  }

  @Override
  Language derive(int codePoint) {
    List<Language> rests = new ArrayList<>(parts.length);
    for (Language part : parts) {
      Language rest = part.after(codePoint);
      if (rest == NONE) {
        return NONE;
      }
      rests.add(rest);
    }
    return of(rests);
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
    int work = 1;
    for (Language part : parts) {
      work += part.work();
    }
    return work;
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
  boolean same(Language other) {
    return other instanceof Intersection both && sameParts(parts, both.parts);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(");
    for (Language part : parts) {
      text.append(text.length() > 1 ? "&" : "").append(part);
    }
    return text.append(')').toString();
  }
}
