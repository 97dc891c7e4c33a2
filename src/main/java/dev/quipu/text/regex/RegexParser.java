package dev.quipu.text.regex;

import dev.quipu.QuipuException;
import dev.quipu.text.regex.Node.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a pattern in Oniguruma's Ruby syntax, the one of {@code tokenizer.json}. What could be misread is refused by
 * name: back references, named groups, long look-behind, case-insensitive matching beyond ASCII. Matches nothing.
 */
final class RegexParser {

  private static final int MAX_REPEAT = 1000;
  private static final int MAX_DEPTH = 200;
  private static final int MAX_LENGTH = 100_000;
  private static final int MAX_QUANTIFIERS = 20;
  private static final int LONGEST_BRACES = "1000,1000".length();
  private static final CodePoints ANY = CodePoints.range(0, Character.MAX_CODE_POINT);
  private static final CodePoints NOT_NEWLINE = CodePoints.range('\n', '\n').not();
  private static final CodePoints DIGIT = CodePoints.property("Nd");
  private static final CodePoints HEX =
      CodePoints.range('0', '9').or(CodePoints.range('a', 'f')).or(CodePoints.range('A', 'F'));
  /** Pairs of ASCII letters that some single character folds to, such as ß to ss. */
  private static final String FOLDED_PAIRS = "ss ff fi fl st";

  private final String pattern;
  private int at;
  private boolean ignoreCase;
  private boolean dotAll;
  private int lastFolded;
  private int depth;

  private RegexParser(String pattern) {
    this.pattern = pattern;
  }

  static Node parse(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new QuipuException("the pattern " + pattern.substring(0, 100) + "… has " + pattern.length()
          + " characters; at most " + MAX_LENGTH + " are supported");
    }
    var parser = new RegexParser(pattern);
    Node node = parser.alternatives();
    if (parser.at < pattern.length()) {
      throw parser.refuse("an unmatched )");
    }
    return node;
  }

  private Node alternatives() {
    boolean ignoreCaseOutside = ignoreCase;
    boolean dotAllOutside = dotAll;
    if (++depth > MAX_DEPTH) {
      throw refuse("more than " + MAX_DEPTH + " groups in one another");
    }
    List<Node> found = new ArrayList<>();
    do {
      found.add(sequence());
    } while (take('|'));
    depth--;
    ignoreCase = ignoreCaseOutside;
    dotAll = dotAllOutside;
    return found.size() == 1 ? found.getFirst() : new Node.Either(found);
  }

  private Node sequence() {
    List<Node> parts = new ArrayList<>();
    lastFolded = 0;
    while (at < pattern.length() && peek() != '|' && peek() != ')') {
      Node atom = atom();
      if (atom != null) {
        parts.add(quantified(atom));
      }
    }
    return parts.size() == 1 ? parts.getFirst() : new Node.Concat(parts);
  }

  private Node quantified(Node atom) {
    Node node = atom;
    for (int i = 0; at < pattern.length(); i++) {
      int mark = at;
      int[] bounds = bounds();
      if (bounds == null) {
        at = mark;
        return node;
      }
      if (i == MAX_QUANTIFIERS) {
        throw refuse("more than " + MAX_QUANTIFIERS + " quantifiers in a row");
      }
      lastFolded = 0;
      boolean braces = pattern.charAt(at - 1) == '}';
      boolean lazy = take('?');
      // in Ruby's syntax {n,m}+ is a repeated repeat; only *+, ++ and ?+ are possessive
      boolean possessive = !lazy && !braces && take('+');
      node = new Node.Repeat(node, bounds[0], bounds[1], !lazy);
      node = possessive ? new Node.Atomic(node) : node;
    }
    return node;
  }

  /** {min, max} of the quantifier here, or null if there is none. */
  private int[] bounds() {
    int c = next();
    return switch (c) {
      case '*' -> new int[] {0, -1};
      case '+' -> new int[] {1, -1};
      case '?' -> new int[] {0, 1};
      case '{' -> braces();
      default -> null;
    };
  }

  private int[] braces() {
    int close = pattern.indexOf('}', at);
    String inside = close < 0 || close - at > LONGEST_BRACES ? "" : pattern.substring(at, close);
    if (!inside.matches("\\d{1,4}(,\\d{0,4})?|,\\d{1,4}")) {
      return null;
    }
    at = close + 1;
    int comma = inside.indexOf(',');
    int min = comma == 0 ? 0 : Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
    int max = comma < 0 ? min : comma == inside.length() - 1 ? -1 : Integer.parseInt(inside.substring(comma + 1));
    if (min > MAX_REPEAT || max > MAX_REPEAT || max >= 0 && max < min) {
      throw refuse("the repetition {" + inside + "}");
    }
    return new int[] {min, max};
  }

  private Node atom() {
    int c = next();
    return switch (c) {
      case '(' -> group();
      case '[' -> new Node.One(charClass());
      case '.' -> new Node.One(dotAll ? ANY : NOT_NEWLINE);
      case '^' -> new Node.At(Place.LINE_START);
      case '$' -> new Node.At(Place.LINE_END);
      case '\\' -> escape();
      case '*', '+', '?' -> throw refuse("a quantifier with nothing before it");
      default -> literal(c);
    };
  }

  private Node group() {
    if (!take('?')) {
      return closed(alternatives());
    }
    int c = next();
    return switch (c) {
      case ':' -> closed(alternatives());
      case '>' -> new Node.Atomic(closed(alternatives()));
      case '=' -> new Node.Look(closed(alternatives()), false);
      case '!' -> new Node.Look(closed(alternatives()), true);
      case '#' -> comment();
      case '<' -> lookBehind();
      default -> flags(c);
    };
  }

  private Node closed(Node node) {
    if (!take(')')) {
      throw refuse("an unclosed group");
    }
    lastFolded = 0;
    return node;
  }

  private Node comment() {
    at = pattern.indexOf(')', at) + 1;
    if (at == 0) {
      throw refuse("an unclosed comment");
    }
    return null;
  }

  private Node lookBehind() {
    int c = next();
    if (c != '=' && c != '!') {
      throw refuse("a named group");
    }
    if (!(closed(alternatives()) instanceof Node.One one)) {
      throw refuse("look-behind over more than one character");
    }
    return new Node.LookBehind(one.set(), c == '!');
  }

  /** {@code (?i)}, {@code (?i:…)}, {@code (?m-i:…)}; in Ruby's syntax m lets the dot match a newline. */
  private Node flags(int first) {
    boolean on = true;
    boolean newIgnoreCase = ignoreCase;
    boolean newDotAll = dotAll;
    for (int c = first; c != ')' && c != ':'; c = next()) {
      switch (c) {
        case '-' -> on = false;
        case 'i' -> newIgnoreCase = on;
        case 'm' -> newDotAll = on;
        default -> throw refuse("the group option (?" + Character.toString(c));
      }
    }
    return withFlags(newIgnoreCase, newDotAll, pattern.charAt(at - 1) == ':');
  }

  private Node withFlags(boolean newIgnoreCase, boolean newDotAll, boolean colon) {
    boolean ignoreCaseOutside = ignoreCase;
    boolean dotAllOutside = dotAll;
    ignoreCase = newIgnoreCase;
    dotAll = newDotAll;
    // (?i) without a colon holds to the end of the group around it, alternatives included
    Node body = alternatives();
    ignoreCase = ignoreCaseOutside;
    dotAll = dotAllOutside;
    return colon ? closed(body) : body;
  }

  private Node escape() {
    int c = next();
    return switch (c) {
      case 'A' -> new Node.At(Place.TEXT_START);
      case 'z' -> new Node.At(Place.TEXT_END);
      case 'Z' -> new Node.At(Place.TEXT_END_OR_LAST_NEWLINE);
      case 'b' -> new Node.At(Place.WORD_BORDER);
      case 'B' -> new Node.At(Place.NO_WORD_BORDER);
      default -> {
        CodePoints set = classEscape(c);
        yield set != null ? new Node.One(set) : literal(charEscape(c));
      }
    };
  }

  /** {@code \s}, {@code \p{L}} and their like, or null. */
  private CodePoints classEscape(int c) {
    return switch (c) {
      case 's' -> CodePoints.SPACE;
      case 'S' -> CodePoints.SPACE.not();
      case 'd' -> DIGIT;
      case 'D' -> DIGIT.not();
      case 'w' -> CodePoints.WORD;
      case 'W' -> CodePoints.WORD.not();
      case 'h' -> HEX;
      case 'H' -> HEX.not();
      case 'p' -> property(false);
      case 'P' -> property(true);
      default -> null;
    };
  }

  private CodePoints property(boolean negative) {
    int close = pattern.indexOf('}', at);
    if (!take('{') || close < 0) {
      throw refuse("\\p without {name}");
    }
    boolean inverted = take('^');
    String name = pattern.substring(at, close);
    CodePoints set = CodePoints.property(name);
    if (set == null) {
      throw refuse("the property \\p{" + name + "}");
    }
    at = close + 1;
    return negative != inverted ? set.not() : set;
  }

  private int charEscape(int c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'a' -> 7;
      case 'e' -> 27;
      case 'x' -> take('{') ? hex(pattern.indexOf('}', at), 1) : hex(at + 2, 0);
      case 'u' -> hex(at + 4, 0);
      default -> {
        if (c < 128 && Character.isLetterOrDigit(c)) {
          throw refuse("the escape \\" + (char) c);
        }
        yield c;
      }
    };
  }

  private int hex(int end, int closing) {
    try {
      int value = Integer.parseInt(pattern.substring(at, end), 16);
      at = end + closing;
      // a \x above 7F is a byte of UTF-8 in Oniguruma
      if (value > 0x7F && closing == 0 && pattern.charAt(end - 3) == 'x' || value > Character.MAX_CODE_POINT) {
        throw refuse("a \\x escape above 7F");
      }
      return value;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw refuse("a broken hexadecimal escape");
    }
  }

  private Node literal(int c) {
    if (!ignoreCase) {
      return new Node.One(CodePoints.range(c, c));
    }
    int lower = c < 128 ? Character.toLowerCase(c) : c;
    if (FOLDED_PAIRS.contains("" + (char) lastFolded + (char) lower)) {
      throw refuse("case-insensitive \"" + (char) lastFolded + (char) lower + "\", which one character can match too");
    }
    lastFolded = lower;
    return new Node.One(folded(CodePoints.range(c, c)));
  }

  // ASCII letters have two relatives beyond ASCII: the long s and the Kelvin sign
  private CodePoints folded(CodePoints set) {
    for (int c = 128; c < 0x3000; c++) {
      if (set.has(c)) {
        throw refuse("case-insensitive matching of characters beyond ASCII");
      }
    }
    return new CodePoints(c -> {
      int ascii = c == 0x17F ? 's' : c == 0x212A ? 'k' : c;
      return ascii < 128 && (set.has(Character.toLowerCase(ascii)) || set.has(Character.toUpperCase(ascii)));
    });
  }

  private CodePoints charClass() {
    boolean negative = take('^');
    List<CodePoints> parts = new ArrayList<>(List.of(classUnion()));
    while (pattern.startsWith("&&", at)) {
      at += 2;
      parts.add(classUnion());
    }
    CodePoints set = CodePoints.allOf(parts);
    if (!take(']')) {
      throw refuse("an unclosed [");
    }
    set = ignoreCase ? folded(set) : set;
    return negative ? set.not() : set;
  }

  private CodePoints classUnion() {
    List<CodePoints> items = new ArrayList<>();
    int start = at;
    while (at < pattern.length() && !pattern.startsWith("&&", at) && (peek() != ']' || at == start)) {
      items.add(classItem());
    }
    if (items.isEmpty()) {
      throw refuse("an empty part of a [ ]");
    }
    return CodePoints.anyOf(items);
  }

  private CodePoints classItem() {
    int c = next();
    if (c == '[') {
      if (peek() == ':') {
        throw refuse("a POSIX bracket " + pattern.substring(at - 1));
      }
      boolean outside = ignoreCase;
      if (++depth > MAX_DEPTH) {
        throw refuse("more than " + MAX_DEPTH + " classes in one another");
      }
      CodePoints nested = charClass();
      depth--;
      ignoreCase = outside;
      return nested;
    }
    int first = c;
    if (c == '\\') {
      int escaped = next();
      CodePoints set = escaped == 'w' ? CodePoints.WORD_IN_CLASS
          : escaped == 'W' ? CodePoints.WORD_IN_CLASS.not() : classEscape(escaped);
      if (set != null) {
        return set;
      }
      first = escaped == 'b' ? '\b' : charEscape(escaped);
    }
    return range(first);
  }

  private CodePoints range(int first) {
    if (!pattern.startsWith("-", at) || pattern.startsWith("-]", at) || pattern.startsWith("-[", at)) {
      return CodePoints.range(first, first);
    }
    at++;
    int last = next();
    last = last == '\\' ? charEscape(next()) : last;
    if (last < first) {
      throw refuse("an empty range");
    }
    return CodePoints.range(first, last);
  }

  private int peek() {
    return at < pattern.length() ? pattern.codePointAt(at) : -1;
  }

  private int next() {
    if (at >= pattern.length()) {
      throw refuse("an end in the middle");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private boolean take(char c) {
    if (at < pattern.length() && pattern.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private QuipuException refuse(String what) {
    return new QuipuException("the pattern " + pattern + " has " + what + " before character " + at
        + ", which is not supported");
  }
}
