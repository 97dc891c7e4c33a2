package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random expressions against sets of all their texts of up to five characters. */
class LanguageBruteForceTest {

  private static final int LONGEST = 5;
  private static final String ALPHABET = "ab";
  private static final List<String> ALL = all();
  private static final Language BOUNDED =
      Language.chars(CodePointSet.anyOf(ALPHABET)).repeat(0, LONGEST);

  /** An expression and its texts of up to five characters. */
  private record Pair(Language language, Set<String> texts) {}

  private final Random random = new Random(7);

  private static List<String> all() {
    List<String> all = new ArrayList<>(List.of(""));
    for (int i = 0; all.get(i).length() < LONGEST; i++) {
      for (char c : ALPHABET.toCharArray()) {
        all.add(all.get(i) + c);
      }
    }
    return all;
  }

  @Test
  void expressionsAreTheSetsOfTheirTexts() {
    for (int i = 0; i < 5_000; i++) {
      Pair pair = expression(1 + random.nextInt(5));
      for (String text : ALL) {
        if (pair.language.accepts(text) != pair.texts.contains(text)) {
          fail("%s accepts \"%s\": %s", pair.language, text, pair.language.accepts(text));
        }
      }
    }
  }

  @Test
  void boundedExpressionsAreEmptyCountedAndExemplifiedExactly() {
    for (int i = 0; i < 5_000; i++) {
      Pair pair = expression(1 + random.nextInt(5));
      Language bounded = pair.language.and(BOUNDED);
      assertThat(bounded.isEmpty()).as("%s is empty", bounded).isEqualTo(pair.texts.isEmpty());
      assertThat(bounded.count(1000)).as("%s counted", bounded).isEqualTo(pair.texts.size());
      assertThat(bounded.count(3)).as("%s counted", bounded).isEqualTo(Math.min(3, pair.texts.size()));
      String shortest = bounded.shortest();
      if (pair.texts.isEmpty()) {
        assertThat(shortest).isNull();
      } else {
        assertThat(pair.texts).contains(shortest);
        assertThat(shortest.length()).as("%s", bounded).isEqualTo(
            pair.texts.stream().map(String::length).min(Comparator.naturalOrder()).orElseThrow());
      }
    }
  }

  @Test
  void limitedLengthsLeaveTheTextsThatAreShortEnough() {
    for (int i = 0; i < 5_000; i++) {
      Pair pair = expression(1 + random.nextInt(5));
      int longest = random.nextInt(LONGEST + 1);
      Language limited = pair.language.and(Language.lengths(0, longest));
      for (String text : ALL) {
        boolean expected = text.length() <= longest && pair.texts.contains(text);
        assertThat(limited.accepts(text)).as("%s accepts \"%s\"", limited, text).isEqualTo(expected);
      }
    }
  }

  /** What is empty for all lengths has no text of any length: a shortest one would be found. */
  @Test
  void unboundedExpressionsHaveTheirShortestTexts() {
    for (int i = 0; i < 5_000; i++) {
      Pair pair = expression(1 + random.nextInt(5));
      String shortest = pair.language.shortest();
      assertThat(shortest == null).isEqualTo(pair.language.isEmpty());
      if (shortest == null) {
        assertThat(pair.texts).isEmpty();
        assertThat(pair.language.count(1)).isZero();
      } else {
        assertThat(pair.language.accepts(shortest)).as("%s accepts %s", pair.language, shortest).isTrue();
        assertThat(pair.language.count(1)).isEqualTo(1);
        assertThat(pair.texts.stream().anyMatch(text -> text.length() < shortest.length())).isFalse();
      }
    }
  }

  private Pair expression(int depth) {
    if (depth == 0) {
      return leaf();
    }
    Pair a = expression(random.nextInt(depth));
    return switch (random.nextInt(7)) {
      case 0 -> {
        Pair b = expression(random.nextInt(depth));
        yield new Pair(a.language.then(b.language), row(a.texts, b.texts));
      }
      case 1 -> {
        Pair b = expression(random.nextInt(depth));
        Set<String> both = new HashSet<>(a.texts);
        both.addAll(b.texts);
        yield new Pair(a.language.or(b.language), both);
      }
      case 2 -> {
        Pair b = expression(random.nextInt(depth));
        Set<String> both = new HashSet<>(a.texts);
        both.retainAll(b.texts);
        yield new Pair(a.language.and(b.language), both);
      }
      case 3 -> {
        Set<String> rest = new HashSet<>(ALL);
        rest.removeAll(a.texts);
        yield new Pair(a.language.not(), rest);
      }
      case 4 -> {
        int min = random.nextInt(4);
        int max = random.nextBoolean() ? -1 : min + random.nextInt(3);
        yield new Pair(a.language.repeat(min, max), repeated(a.texts, min, max < 0 ? 9 : max));
      }
      default -> {
        Pair b = expression(random.nextInt(depth));
        yield new Pair(Language.anyOf(List.of(a.language, b.language.then(a.language))), union(a.texts,
            row(b.texts, a.texts)));
      }
    };
  }

  private Pair leaf() {
    switch (random.nextInt(7)) {
      case 0 -> {
        return new Pair(Language.ANY, new HashSet<>(ALL));
      }
      case 1 -> {
        return new Pair(Language.EMPTY, Set.of(""));
      }
      case 2 -> {
        return new Pair(Language.chars(CodePointSet.of('a')), Set.of("a"));
      }
      case 3 -> {
        return new Pair(Language.ANY_CHAR, Set.of("a", "b"));
      }
      case 4 -> {
        int min = random.nextInt(4);
        int max = min + random.nextInt(4);
        Set<String> texts = new HashSet<>(ALL);
        texts.removeIf(text -> text.length() < min || text.length() > max);
        return new Pair(Language.lengths(min, max), texts);
      }
      case 5 -> {
        Set<String> texts = new HashSet<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
          texts.add(ALL.get(random.nextInt(ALL.size())));
        }
        return new Pair(Language.texts(texts), texts);
      }
      default -> {
        String text = ALL.get(random.nextInt(15));
        return new Pair(Language.text(text), Set.of(text));
      }
    }
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.addAll(b);
    return both;
  }

  private static Set<String> row(Set<String> a, Set<String> b) {
    Set<String> row = new HashSet<>();
    for (String first : a) {
      for (String next : b) {
        if (first.length() + next.length() <= LONGEST) {
          row.add(first + next);
        }
      }
    }
    return row;
  }

  private static Set<String> repeated(Set<String> body, int min, int max) {
    Set<String> all = new HashSet<>();
    Set<String> rounds = Set.of("");
    for (int i = 0; i <= max; i++) {
      if (i >= min) {
        all.addAll(rounds);
      }
      rounds = row(rounds, body);
    }
    return all;
  }
}
