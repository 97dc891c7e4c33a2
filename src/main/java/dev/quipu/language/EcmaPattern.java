package dev.quipu.language;

import dev.quipu.QuipuException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Regular expressions of ECMA-262 as JSON Schema asks for them: with the meaning of the flag u, and lenient as its
 * annex B where schemas need it (unneeded backslashes, lone braces and brackets). Looks ahead and behind and anchors
 * are exact; what is no regular language, or not written as one here, is refused with its place.
 */
public final class EcmaPattern {

  /** How deeply groups may be nested. */
  private static final int DEPTH_LIMIT = 250;
  private static final int LARGEST = Language.INFINITE;
  private static final Language WORD_END = Language.sequence(Language.ANY, Language.chars(UnicodeClasses.WORD));
  private static final Language WORD_START = Language.sequence(Language.chars(UnicodeClasses.WORD), Language.ANY);

  private final String pattern;
  private final EcmaClasses classes;
  private int at;
  private int depth;
  private int behind;
  private boolean ignoreCase;
  private boolean dotAll;

  private EcmaPattern(String pattern) {
    this.pattern = pattern;
    this.classes = new EcmaClasses(pattern);
  }

  /** The texts in which a pattern is found, anywhere. */
  public static Language search(String pattern) {
    return fromStart(Language.ANY, new EcmaPattern(pattern).parse().before(Language.ANY));
  }

  /** The texts that a pattern matches from their beginning to their end. */
  public static Language whole(String pattern) {
    return fromStart(Language.EMPTY, new EcmaPattern(pattern).parse().before(Language.EMPTY));
  }

  /** A match behind a beginning, which is empty if the match asks for the text's start. */
  private static Language fromStart(Language beginning, Language match) {
    if (!startsAtStart(match)) {
      return Language.sequence(beginning, match);
    }
    if (match instanceof Behind) {
      return Language.EMPTY;
    }
    if (match instanceof Choice choice) {
      return Language.anyOf(each(choice, part -> fromStart(beginning, part)));
    }
    Sequence sequence = (Sequence) match;
    return sequence.head instanceof Choice choice
        ? Language.anyOf(each(choice, part -> fromStart(beginning, Language.sequence(part, sequence.tail))))
        : fromStart(Language.EMPTY, sequence.tail);
  }

  private static List<Language> each(Choice choice, UnaryOperator<Language> change) {
    List<Language> changed = new ArrayList<>(choice.parts.length);
    for (Language part : choice.parts) {
      changed.add(change.apply(part));
    }
    return changed;
  }

  /** Whether a match, or one way to match, begins with the anchor of the start. */
  private static boolean startsAtStart(Language match) {
    if (match instanceof Choice choice) {
      for (Language part : choice.parts) {
        if (startsAtStart(part)) {
          return true;
        }
      }
    }
    return match instanceof Behind behind && behind.isStart()
        || match instanceof Sequence sequence && startsAtStart(sequence.head);
  }

  private Language parse() {
    Language result = alternatives();
    if (at < pattern.length()) {
      throw refusal("a ) without its (", at);
    }
    return result;
  }

  private Language alternatives() {
    if (++depth > DEPTH_LIMIT) {
      throw refusal("more than " + DEPTH_LIMIT + " nested groups", at);
    }
    List<Language> ways = new ArrayList<>(4);
    ways.add(row());
    while (at < pattern.length() && pattern.charAt(at) == '|') {
      at++;
      ways.add(row());
    }
    depth--;
    return ways.size() == 1 ? ways.getFirst() : Language.anyOf(ways);
  }

  private Language row() {
    List<Language> parts = new ArrayList<>();
    while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      parts.add(quantified());
    }
    Language result = Language.EMPTY;
    for (int i = parts.size() - 1; i >= 0; i--) {
      result = Language.sequence(parts.get(i), result);
    }
    return result;
  }

  private Language quantified() {
    int start = at;
    Language atom = atom();
    int after = at;
    int[] range = quantifier();
    if (range == null) {
      return atom;
    }
    if (at < pattern.length() && pattern.charAt(at) == '?') {
      at++;
    }
    if (range[1] < range[0]) {
      throw refusal("a repetition from more to fewer times", after);
    }
    if (at < pattern.length() && quantifierAt(at)) {
      throw refusal("a repetition of a repetition without a group (possessive quantifiers are not in ECMA-262)", at);
    }
    return repeated(atom, range[0], range[1], start);
  }

  /** A round that reads nothing changes nothing, so it is left out where looks ahead could ask for it for ever. */
  private Language repeated(Language atom, int min, int max, int start) {
    if (!atom.is(Language.AHEAD) || atom.minLength > 0 || max <= 1) {
      return Language.repetition(atom, min, max);
    }
    if (min > 1) {
      throw refusal("two or more repetitions of what may be empty and looks ahead", start);
    }
    Language rounds = Language.repetition(Width.some(atom), min, max);
    return min == 0 ? rounds : Language.anyOf(List.of(Width.zero(atom), rounds));
  }

  private boolean quantifierAt(int place) {
    int back = at;
    at = place;
    boolean is = quantifier() != null;
    at = back;
    return is;
  }

  /** Least and largest number of times; null, and nothing read, if there is no quantifier here. */
  private int[] quantifier() {
    if (at == pattern.length()) {
      return null;
    }
    switch (pattern.charAt(at)) {
      case '*' -> {
        at++;
        return new int[] {0, LARGEST};
      }
      case '+' -> {
        at++;
        return new int[] {1, LARGEST};
      }
      case '?' -> {
        at++;
        return new int[] {0, 1};
      }
      case '{' -> {
        return braces();
      }
      default -> {
        return null;
      }
    }
  }

  private int[] braces() {
    int end = pattern.indexOf('}', at);
    if (end < 0) {
      return null;
    }
    String inside = pattern.substring(at + 1, end);
    int comma = inside.indexOf(',');
    String least = comma < 0 ? inside : inside.substring(0, comma);
    String most = comma < 0 ? inside : inside.substring(comma + 1);
    if (!isNumber(least) || !isNumber(most) && !(comma >= 0 && most.isEmpty())) {
      return null;
    }
    at = end + 1;
    return new int[] {number(least), most.isEmpty() ? LARGEST : number(most)};
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static int number(String digits) {
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = (int) Math.min(LARGEST, number * 10L + digits.charAt(i) - '0');
    }
    return number;
  }

  private Language atom() {
    int c = pattern.codePointAt(at);
    switch (c) {
      case '(' -> {
        return group();
      }
      case '[' -> {
        at++;
        CodePointSet set = classes.read(at, ignoreCase);
        at = classes.end();
        return Language.chars(set.and(CodePointSet.ALL));
      }
      case '\\' -> {
        return escape();
      }
      case '.' -> {
        at++;
        return Language.chars(dotAll ? CodePointSet.ALL : UnicodeClasses.LINE_END.not());
      }
      case '^' -> {
        at++;
        return Behind.start();
      }
      case '$' -> {
        at++;
        return ahead(Language.EMPTY, at - 1);
      }
      case '*', '+', '?' -> throw refusal("nothing to repeat", at);
      default -> {
        if (c == '{' && braces() != null) {
          throw refusal("nothing to repeat", at);
        }
        at += Character.charCount(c);
        return chars(CodePointSet.of(c));
      }
    }
  }

  private Language chars(CodePointSet set) {
    CodePointSet known = set.and(CodePointSet.ALL);
    return Language.chars(ignoreCase ? UnicodeClasses.inAnyCase(known) : known);
  }

  private Language ahead(Language rest, int place) {
    if (behind > 0) {
      throw refusal("a look ahead, $ or \\b inside of a look behind", place);
    }
    return Ahead.of(rest);
  }

  private Language escape() {
    int start = at;
    if (pattern.startsWith("\\b", at) || pattern.startsWith("\\B", at)) {
      at += 2;
      return boundary(pattern.charAt(start + 1) == 'b', start);
    }
    char next = at + 1 < pattern.length() ? pattern.charAt(at + 1) : 0;
    if (next >= '1' && next <= '9' || next == 'k') {
      throw refusal("a back reference (" + pattern.substring(at, at + 2) + ")", at);
    }
    CodePointSet set = classes.escape(at + 1);
    at = classes.end();
    return chars(set);
  }

  /** Where one of the characters before and behind is of a word, and the other is not; or the opposite. */
  private Language boundary(boolean is, int place) {
    Language wordNext = ahead(WORD_START, place);
    Language noneNext = ahead(WORD_START.not(), place);
    return Language.anyOf(List.of(
        Language.sequence(Behind.of(WORD_END), is ? noneNext : wordNext),
        Language.sequence(Behind.of(WORD_END.not()), is ? wordNext : noneNext)));
  }

  private Language group() {
    int start = at;
    if (!pattern.startsWith("(?", at)) {
      at++;
      return inside(start);
    }
    int kind = at + 2 < pattern.length() ? pattern.charAt(at + 2) : 0;
    if (kind == '<' && at + 3 < pattern.length() && "=!".indexOf(pattern.charAt(at + 3)) >= 0) {
      at += 4;
      return lookBehind(start, pattern.charAt(start + 3) == '=');
    }
    if (kind == '=' || kind == '!') {
      at += 3;
      Language found = inside(start).before(Language.ANY);
      return ahead(kind == '=' ? found : found.not(), start);
    }
    if (kind == ':') {
      at += 3;
      return inside(start);
    }
    if (kind == '<' || kind == 'P') {
      return named(start);
    }
    return flags(start);
  }

  /** The inside of a group up to its end. */
  private Language inside(int start) {
    boolean case0 = ignoreCase;
    boolean dot0 = dotAll;
    Language inside = alternatives();
    if (at == pattern.length()) {
      throw refusal("a group that is not closed", start);
    }
    at++;
    ignoreCase = case0;
    dotAll = dot0;
    return inside;
  }

  private Language lookBehind(int start, boolean positive) {
    behind++;
    Language past = Language.sequence(Language.ANY, inside(start));
    behind--;
    return Behind.of(positive ? past : past.not());
  }

  /** (?<name>…), and Python's (?P<name>…). */
  private Language named(int start) {
    int open = pattern.charAt(at + 2) == 'P' ? at + 3 : at + 2;
    int end = pattern.indexOf('>', open);
    if (end < 0 || pattern.charAt(open) != '<' || !isName(pattern.substring(open + 1, end))) {
      throw refusal("a group of this kind (" + pattern.substring(at, Math.min(at + 4, pattern.length())) + ")", at);
    }
    at = end + 1;
    return inside(start);
  }

  private static boolean isName(String text) {
    return text.matches("[\\p{L}_$][\\p{L}\\p{N}_$]*");
  }

  /** (?i:…), (?s-i:…), and (?i) for the rest of the group around it. */
  private Language flags(int start) {
    at += 2;
    boolean on = true;
    boolean case0 = ignoreCase;
    boolean dot0 = dotAll;
    for (; at < pattern.length(); at++) {
      switch (pattern.charAt(at)) {
        case 'i' -> ignoreCase = on;
        case 's' -> dotAll = on;
        case 'u' -> {} // code points anyway
        case '-' -> on = false;
        case ')' -> {
          at++;
          return Language.EMPTY;
        }
        case ':' -> {
          at++;
          Language inside = inside(start);
          ignoreCase = case0;
          dotAll = dot0;
          return inside;
        }
        default -> throw refusal(
            "a group of this kind (" + pattern.substring(start, Math.min(at + 1, pattern.length())) + ")", start);
      }
    }
    throw refusal("a group that is not closed", start);
  }

  private QuipuException refusal(String what, int place) {
    return EcmaClasses.refusal(pattern, what, place);
  }
}
