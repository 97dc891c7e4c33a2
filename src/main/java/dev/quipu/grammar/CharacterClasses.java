package dev.quipu.grammar;

import dev.quipu.language.CodePointSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;

/** The sets of characters that patterns name, as this Java's Unicode has them. */
final class CharacterClasses {

  private static final Map<String, CodePointSet> KNOWN = new ConcurrentHashMap<>();
  private static final Map<String, String> POSIX = Map.ofEntries(
      Map.entry("alnum", "0-9A-Za-z"), Map.entry("alpha", "A-Za-z"), Map.entry("ascii", "\\x00-\\x7F"),
      Map.entry("blank", "\\t "), Map.entry("cntrl", "\\x00-\\x1F\\x7F"), Map.entry("digit", "0-9"),
      Map.entry("graph", "!-~"), Map.entry("lower", "a-z"), Map.entry("print", " -~"),
      Map.entry("punct", "!-/:-@\\[-`{-~"), Map.entry("space", "\\t\\n\\x0B\\f\\r "), Map.entry("upper", "A-Z"),
      Map.entry("word", "0-9A-Za-z_"), Map.entry("xdigit", "0-9A-Fa-f"));

  private CharacterClasses() {}

  static CodePointSet digits() {
    return KNOWN.computeIfAbsent("\\d", absent -> where(Character::isDigit));
  }

  static CodePointSet spaces() {
    return property("White_Space");
  }

  /** Letters, marks, digits, what connects words, and the invisible joiners. */
  static CodePointSet words() {
    return KNOWN.computeIfAbsent("\\w", absent -> where(c -> Character.isAlphabetic(c) || Character.isDigit(c)
        || isWordMark(Character.getType(c)) || c == 0x200C || c == 0x200D));
  }

  private static boolean isWordMark(int type) {
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK || type == Character.CONNECTOR_PUNCTUATION;
  }

  /** A class such as {@code alpha}; null if there is none of that name. */
  static CodePointSet posix(String name) {
    return POSIX.containsKey(name) ? matching("[" + POSIX.get(name) + "]") : null;
  }

  /** A general category, a script or a binary property; null if there is none of that name. */
  static CodePointSet property(String name) {
    for (String pattern : List.of("\\p{" + name + "}", "\\p{Is" + name + "}", "\\p{general_category=" + name + "}")) {
      try {
        return matching(pattern);
      } catch (PatternSyntaxException unknown) {
        // the next way to write it
      }
    }
    return null;
  }

  private static CodePointSet matching(String pattern) {
    CodePointSet known = KNOWN.get(pattern);
    if (known == null) {
      var matches = Pattern.compile(pattern).asMatchPredicate();
      known = where(c -> matches.test(Character.toString(c)));
      KNOWN.put(pattern, known);
    }
    return known;
  }

  private static CodePointSet where(IntPredicate holds) {
    IntStream.Builder ends = IntStream.builder();
    boolean inside = false;
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (holds.test(c) != inside) {
        ends.add(inside ? c - 1 : c);
        inside = !inside;
      }
    }
    if (inside) {
      ends.add(Character.MAX_CODE_POINT);
    }
    return ofRanges(ends.build().toArray());
  }

  /** Of rising ranges, joined in halves: one after the other would take a time square in their number. */
  private static CodePointSet ofRanges(int[] ends) {
    return ofRanges(ends, 0, ends.length / 2);
  }

  private static CodePointSet ofRanges(int[] ends, int from, int to) {
    if (to - from <= 1) {
      return from == to ? CodePointSet.NONE : CodePointSet.range(ends[2 * from], ends[2 * from + 1]);
    }
    int middle = (from + to) >>> 1;
    return ofRanges(ends, from, middle).or(ofRanges(ends, middle, to));
  }

  /** The characters of a set, small and large. */
  static CodePointSet anyCase(CodePointSet set) {
    CodePointSet all = set;
    for (int[] same : Cases.SAME) {
      boolean any = false;
      for (int c : same) {
        any |= set.contains(c);
      }
      for (int c : same) {
        all = any && !all.contains(c) ? all.or(CodePointSet.of(c)) : all;
      }
    }
    return all;
  }

  /** Characters that are the same but for their case; worked out when first asked for. */
  private static final class Cases {

    static final List<int[]> SAME = same();

    private static List<int[]> same() {
      Map<Integer, List<Integer>> byFold = new LinkedHashMap<>();
      for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
        int fold = Character.toLowerCase(Character.toUpperCase(c));
        boolean turkish = c == 0x130 || c == 0x131; // the dotted I and the dotless i are letters of their own
        if (!turkish && (fold != c || Character.toUpperCase(c) != c)) {
          byFold.computeIfAbsent(fold, absent -> new ArrayList<>()).add(c);
        }
      }
      return byFold.values().stream().filter(chars -> chars.size() > 1)
          .map(chars -> chars.stream().mapToInt(i -> i).toArray()).toList();
    }
  }
}
