package dev.quipu.language;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rest of a pattern of ECMA-262 (edition of 2024, without annex B, which is for browsers), be it with the flag u or
 * without: groups nest, a group's name stands once, and what a back reference means is somewhere. Which may be far
 * behind, so that no beginning of a pattern is wrong for a reference.
 */
final class EcmaSyntax extends Automaton {

  /** Of a back reference: engines allow no more groups. */
  private static final int MOST_GROUPS = 65_535;
  private static final int NONE_BEFORE = -1;
  private static final int SET_BEFORE = -2;
  private static final String SYNTAX = "^$\\.*+?()[]{}|";
  private static final int[] SYNTAX_CHARACTERS = SYNTAX.chars().sorted().toArray();
  private static final int[] ASCII = IntStream.range(0, 128).toArray();
  private static final String HEX = "0123456789abcdef";
  private static final CodePointSet ID_START =
      UnicodeClasses.of("ID_Start").or(CodePointSet.anyOf("$_"));
  private static final CodePointSet ID_CONTINUE =
      UnicodeClasses.of("ID_Continue").or(CodePointSet.anyOf("$_\u200C\u200D"));
  private static final CodePointSet WORDS = UnicodeClasses.of("ID_Continue").or(CodePointSet.of('_'));

  private static final CodePointSet IN_CLASS = CodePointSet.anyOf("-\\]").not().and(CodePointSet.ALL);

  /** What a pattern's last characters are. */
  private enum Kind {
    /** Nothing that can be repeated. */ TERM,
    /** What can be repeated. */ ATOM,
    /** A repetition, which a question mark makes lazy. */ REPEATED,
    /** The parenthesis of a group. */ PARENTHESIS,
    /** Behind {@code (?}. */ QUESTION,
    /** Behind {@code (?<}. */ ANGLE,
    /** In the name of a new group. */ NAME,
    /** In that of one that is referred to. */ REFERENCE,
    /** A backslash in a name, then its u, digits without and in braces, half of a pair. */
    NAME_ESCAPE, NAME_U, NAME_DIGITS, NAME_BRACES, NAME_HALF, NAME_SECOND_ESCAPE, NAME_SECOND_U,
    /** In braces, before and behind their comma. */ LEAST, MOST,
    /** A backslash. */ ESCAPE,
    /** Behind {@code \0}, {@code \1}, {@code \c}, {@code \k}. */ ZERO, NUMBER, CONTROL, NAMED,
    /** Behind {@code \p} and in its braces. */ PROPERTY, PROPERTY_NAME,
    /** Digits of {@code \x} and {@code \\u}, and the latter's braces. */ DIGITS, UNICODE, BRACES,
    /** Behind the bracket of a class, and in it. */ BRACKET, CLASS
  }

  /** Groups that are open, ( or, where it cannot be repeated, !; how many there were; and what is referred to. */
  private record Groups(String open, int count, int reference, List<String> names, List<String> missing) {

    boolean whole() {
      return open.isEmpty() && count >= reference && missing.isEmpty();
    }

    Groups opened() {
      return new Groups(open + "(", count + 1, reference, names, missing);
    }

    Groups uncounted() {
      return new Groups(open, count - 1, reference, names, missing);
    }

    Groups looking() {
      return new Groups(open.substring(0, open.length() - 1) + "!", count, reference, names, missing);
    }

    Groups closed() {
      return new Groups(open.substring(0, open.length() - 1), count, reference, names, missing);
    }

    Groups named(String name) {
      List<String> left = new ArrayList<>(missing);
      left.remove(name);
      return new Groups(open, count + 1, reference, with(names, name), List.copyOf(left));
    }

    Groups referring(String name) {
      return names.contains(name) || missing.contains(name) ? this
          : new Groups(open, count, reference, names, with(missing, name));
    }

    Groups referring(int number) {
      return number <= reference ? this : new Groups(open, count, number, names, missing);
    }

    private static List<String> with(List<String> all, String more) {
      List<String> with = new ArrayList<>(all);
      with.add(more);
      with.sort(null);
      return List.copyOf(with);
    }
  }

  /**
   * What is being read.
   *
   * @param value of digits so far
   * @param left  how many of them must follow; of digits in braces: whether there are none yet
   * @param text  of a name; the least number of times
   * @param more  the largest number of times
   * @param rest  of a property's name
   * @param range in a class: what stands before; null outside
   */
  private record Token(Kind kind, int value, int left, String text, String more, Language rest, Range range) {

    Token(Kind kind, Range range) {
      this(kind, 0, 0, "", "", NONE, range);
    }

    Token with(Kind kind, int value, int left) {
      return new Token(kind, value, left, text, more, rest, range);
    }

    Token with(Kind kind, String text) {
      return new Token(kind, 0, 0, text, "", NONE, range);
    }
  }

  /**
   * In a class.
   *
   * @param from what a range could begin with; {@link #NONE_BEFORE} or {@link #SET_BEFORE} if nothing can
   * @param dash whether the hyphen of a range was read, or one that stands for itself if the class ends
   * @param half the first half of a pair, as an escape, of which the second may follow; −1 if there is none
   */
  private record Range(int from, boolean dash, int half) {

    static final Range START = new Range(NONE_BEFORE, false, -1);

    /** After a character; null if it ends a range that began with a later one. */
    Range after(int character) {
      return !dash ? new Range(character, false, -1) : from >= 0 && character >= from ? START : null;
    }

    Range afterSet() {
      return dash ? null : new Range(SET_BEFORE, false, -1);
    }

    Range afterHyphen() {
      return from == NONE_BEFORE || dash ? after('-') : new Range(from, true, -1);
    }

    /** The half that was read stands for itself. */
    Range settled() {
      return half < 0 ? this : new Range(from, dash, -1).after(half);
    }

    /** The smallest second half that is late enough. */
    int leastSecond() {
      return dash ? 0xDC00 + Math.max(0, from - Character.toCodePoint((char) half, (char) 0xDC00)) : 0xDC00;
    }

    /** Whether one of the code points that four digits may say is late enough. */
    boolean allows(int first, int last, boolean pairs) {
      if (half >= 0 && settled() == null) {
        return Math.max(first, leastSecond()) <= Math.min(last, 0xDFFF);
      }
      boolean late = !dash || half >= 0 || last >= from;
      return late || pairs && from >= 0x10000 && Math.max(first, Character.highSurrogate(from)) <= Math.min(last, 0xDBFF);
    }
  }

  private final boolean unicode;
  private final Groups groups;
  private final Token token;

  private EcmaSyntax(boolean unicode, Groups groups, Token token) {
    super(hash(14, groups.hashCode(), hash(unicode ? 1 : 0, token.hashCode(), 0)), SINGLY, shortest(groups, token),
        INFINITE, isWhole(groups, token));
    this.unicode = unicode;
    this.groups = groups;
    this.token = token;
  }

  /** All patterns. */
  static Language patterns() {
    Groups none = new Groups("", 0, 0, List.of(), List.of());
    Token start = new Token(Kind.TERM, null);
    return new EcmaSyntax(true, none, start).or(new EcmaSyntax(false, none, start));
  }

  private static boolean isWhole(Groups groups, Token token) {
    return switch (token.kind) {
      case TERM, ATOM, REPEATED -> groups.whole();
      case ZERO -> token.range == null && groups.whole();
      case NUMBER -> groups.referring(token.value).whole();
      default -> false;
    };
  }

  /** No text is shorter: what has to be closed, and the groups that are missing, one of which may be begun. */
  private static int shortest(Groups groups, Token token) {
    boolean begun = token.kind.compareTo(Kind.PARENTHESIS) >= 0 && token.kind.compareTo(Kind.NAME_SECOND_U) <= 0;
    int reference = token.kind == Kind.NUMBER ? Math.max(token.value, groups.reference) : groups.reference;
    int named = 0;
    int largest = 0;
    for (String name : groups.missing) {
      int group = name.length() / 2 + 5;
      named += group;
      largest = Math.max(largest, group);
    }
    int unnamed = Math.max(0, reference - groups.count - groups.missing.size() - (begun ? 1 : 0));
    return Math.max(isWhole(groups, token) ? 0 : 1,
        groups.open.length() + named - (begun ? largest : 0) + 2 * unnamed);
  }

  private Language to(Groups groups, Token token) {
    return token == null ? NONE : new EcmaSyntax(unicode, groups, token);
  }

  private Language to(Token token) {
    return to(groups, token);
  }

  private Language to(Kind kind) {
    return to(groups, new Token(kind, token.range));
  }

  @Override
  Language derive(int c) {
    return switch (token.kind) {
      case TERM -> term(c);
      case ATOM -> c == '*' || c == '+' || c == '?' ? to(Kind.REPEATED) : c == '{' ? to(Kind.LEAST) : term(c);
      case REPEATED -> c == '?' ? to(Kind.TERM) : term(c);
      case PARENTHESIS -> c == '?' ? to(groups.uncounted(), new Token(Kind.QUESTION, null)) : term(c);
      case QUESTION -> c == ':' ? to(Kind.TERM) : c == '<' ? to(Kind.ANGLE) : look(c);
      case ANGLE -> c == '=' || c == '!' ? look(c) : name(c, Kind.NAME);
      case NAME, REFERENCE -> name(c, token.kind);
      case NAME_ESCAPE -> c == 'u' ? to(token.with(Kind.NAME_U, token.value, 0)) : NONE;
      case NAME_U -> c == '{' ? nameDigits(Kind.NAME_BRACES, 0, 1) : nameDigit(c, 0, 4);
      case NAME_DIGITS -> nameDigit(c, token.value, token.left);
      case NAME_BRACES -> c == '}' && token.left == 0 ? named(token.value) : nameBrace(c);
      case NAME_HALF -> c == '\\' ? to(token.with(Kind.NAME_SECOND_ESCAPE, token.value, 0)) : NONE;
      case NAME_SECOND_ESCAPE -> c == 'u' ? to(token.with(Kind.NAME_SECOND_U, token.value, 4)) : NONE;
      case NAME_SECOND_U -> second(c);
      case LEAST, MOST -> times(c);
      case ESCAPE -> escape(c);
      case ZERO -> c >= '0' && c <= '9' ? NONE : token.range == null ? term(c, Kind.ATOM) : character(0).after(c);
      case NUMBER -> number(c);
      case CONTROL -> isLetter(c) ? character(c % 32) : NONE;
      case NAMED -> c == '<' ? to(Kind.REFERENCE) : NONE;
      case PROPERTY -> c != '{' ? NONE
          : to(new Token(Kind.PROPERTY_NAME, 0, 0, "", "", EcmaProperties.NAMES, token.range));
      case PROPERTY_NAME -> c == '}' && token.rest.acceptsEmpty ? set() : property(token.rest.after(c));
      case DIGITS -> digit(c);
      case UNICODE -> c == '{' && unicode ? braces() : digit(c);
      case BRACES -> c == '}' && token.left == 0 ? character(token.value) : brace(c);
      case BRACKET -> c == '^' ? to(Kind.CLASS) : inClass(c);
      case CLASS -> inClass(c);
    };
  }

  /** In a class, unless it is in a range: all but what may begin a range or an escape, or end the class. */
  @Override
  CodePointSet endless() {
    boolean inClass = token.kind == Kind.CLASS || token.kind == Kind.BRACKET;
    return inClass && !token.range.dash && token.range.half < 0 ? IN_CLASS : CodePointSet.NONE;
  }

  private Language term(int c, Kind before) {
    return to(before).after(c);
  }

  private Language term(int c) {
    return switch (c) {
      case '^', '$', '|' -> to(Kind.TERM);
      case '(' -> to(groups.opened(), new Token(Kind.PARENTHESIS, null));
      case ')' -> groups.open.isEmpty() ? NONE
          : to(groups.closed(), new Token(groups.open.endsWith("(") ? Kind.ATOM : Kind.TERM, null));
      case '[' -> to(new Token(Kind.BRACKET, Range.START));
      case '\\' -> to(Kind.ESCAPE);
      case '*', '+', '?', '{', '}', ']' -> NONE;
      default -> to(Kind.ATOM);
    };
  }

  /** A look ahead or behind, which cannot be repeated. */
  private Language look(int c) {
    return c == '=' || c == '!' ? to(groups.looking(), new Token(Kind.TERM, null)) : NONE;
  }

  private Language name(int c, Kind kind) {
    if (c == '>') {
      return token.text.isEmpty() ? NONE : kind == Kind.REFERENCE
          ? to(groups.referring(token.text), new Token(Kind.ATOM, null))
          : groups.names.contains(token.text) ? NONE : to(groups.named(token.text), new Token(Kind.TERM, null));
    }
    if (c == '\\') {
      return to(new Token(Kind.NAME_ESCAPE, kind == Kind.NAME ? 1 : 0, 0, token.text, "", NONE, null));
    }
    return inName().contains(c) ? to(token.with(kind, token.text + Character.toString(c))) : NONE;
  }

  private CodePointSet inName() {
    return token.text.isEmpty() ? ID_START : ID_CONTINUE;
  }

  /** In an escape's value stands, before its digits, whether the name is of a new group: that is kept in {@code more}. */
  private Language nameDigits(Kind kind, int value, int left) {
    String which = token.more.isEmpty() ? String.valueOf(token.value) : token.more;
    return to(new Token(kind, value, left, token.text, which, NONE, null));
  }

  private Language named(int codePoint) {
    Kind kind = token.more.equals("1") ? Kind.NAME : Kind.REFERENCE;
    return inName().contains(codePoint) ? to(token.with(kind, token.text + Character.toString(codePoint))) : NONE;
  }

  private Language nameDigit(int c, int before, int left) {
    int value = before * 16 + hex(c);
    if (hex(c) < 0) {
      return NONE;
    }
    if (left == 1) {
      return !Character.isHighSurrogate((char) value) ? named(value)
          : inName().firstIn(Character.toCodePoint((char) value, (char) 0xDC00),
          Character.toCodePoint((char) value, (char) 0xDFFF)) < 0 ? NONE : nameDigits(Kind.NAME_HALF, value, 0);
    }
    int first = value << 4 * (left - 1);
    int last = first + (1 << 4 * (left - 1)) - 1;
    int half = Math.max(first, 0xD800);
    int lastHalf = Math.min(last, 0xDBFF);
    boolean pair = half <= lastHalf && inName().firstIn(Character.toCodePoint((char) half, (char) 0xDC00),
        Character.toCodePoint((char) lastHalf, (char) 0xDFFF)) >= 0;
    return inName().firstIn(first, last) < 0 && !pair ? NONE : nameDigits(Kind.NAME_DIGITS, value, left - 1);
  }

  private Language nameBrace(int c) {
    int value = token.value * 16 + hex(c);
    if (hex(c) < 0 || value > 0x10FFFF) {
      return NONE;
    }
    for (int more = 0; value == 0 || value << more <= 0x10FFFF; more += 4) {
      if (value == 0 || inName().firstIn(value << more, (value + 1 << more) - 1) >= 0) {
        return nameDigits(Kind.NAME_BRACES, value, 0);
      }
    }
    return NONE;
  }

  /** Digits of the second half of a pair: in the value the first half stands before them. */
  private Language second(int c) {
    int digits = token.value >> 16 == 0 ? token.value << 16 : token.value;
    int value = (digits & 0xFFFF) * 16 + hex(c);
    int left = token.left - 1;
    if (hex(c) < 0) {
      return NONE;
    }
    char half = (char) (digits >>> 16);
    int first = Math.max(value << 4 * left, 0xDC00);
    int last = Math.min((value + 1 << 4 * left) - 1, 0xDFFF);
    if (first > last || inName().firstIn(Character.toCodePoint(half, (char) first),
        Character.toCodePoint(half, (char) last)) < 0) {
      return NONE;
    }
    return left == 0 ? named(Character.toCodePoint(half, (char) value))
        : to(token.with(Kind.NAME_SECOND_U, half << 16 | value, left));
  }

  private Language times(int c) {
    boolean most = token.kind == Kind.MOST;
    String number = most ? token.more : token.text;
    if (c >= '0' && c <= '9') {
      String longer = number.equals("0") ? Character.toString(c) : number + (char) c;
      return to(new Token(token.kind, 0, 0, most ? token.text : longer, most ? longer : "", NONE, null));
    }
    if (c == ',' && !most && !number.isEmpty()) {
      return to(new Token(Kind.MOST, 0, 0, token.text, "", NONE, null));
    }
    boolean closes = c == '}' && (most ? number.isEmpty() || order(token.text, number) <= 0 : !number.isEmpty());
    return closes ? to(Kind.REPEATED) : NONE;
  }

  /** Of numbers without leading zeros. */
  private static int order(String a, String b) {
    return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
  }

  private Language escape(int c) {
    if (token.range != null && c != 'u' && token.range.settled() == null) {
      return NONE;
    }
    boolean inClass = token.range != null;
    return switch (c) {
      case 'd', 'D', 's', 'S', 'w', 'W' -> set();
      case 'b' -> inClass ? character('\b') : to(Kind.TERM);
      case 'f' -> character('\f');
      case 'n' -> character('\n');
      case 'r' -> character('\r');
      case 't' -> character('\t');
      case 'v' -> character(0x0B);
      case '0' -> next(Kind.ZERO, 0, 0);
      case 'c' -> next(Kind.CONTROL, 26, 26);
      case 'x' -> next(Kind.DIGITS, 0, 2);
      case 'u' -> to(token.with(Kind.UNICODE, 0, 4));
      case 'p', 'P' -> unicode && (!inClass || settled() != null && settled().afterSet() != null)
          ? to(new Token(Kind.PROPERTY, settled())) : NONE;
      default -> inClass ? identity(c) : c == 'B' ? to(Kind.TERM) : c == 'k' ? to(Kind.NAMED)
          : c >= '1' && c <= '9' ? next(Kind.NUMBER, c - '0', 0) : identity(c);
    };
  }

  private Range settled() {
    return token.range == null ? null : token.range.settled();
  }

  /** What must follow an escape's letter, which says no more than a byte: in a range that may be too little. */
  private Language next(Kind kind, int value, int left) {
    int most = kind == Kind.ZERO ? 0 : kind == Kind.CONTROL ? 26 : 0xFF;
    Range range = settled();
    return range != null && range.dash && range.after(most) == null ? NONE
        : to(new Token(kind, value, left, "", "", NONE, range));
  }

  /** A character that is escaped and means itself. */
  private Language identity(int c) {
    boolean itself = unicode ? SYNTAX.indexOf(c) >= 0 || c == '/' || c == '-' && token.range != null
        : c >= 0x10000 || !WORDS.contains(c);
    return itself ? literal(c) : NONE;
  }

  /** As it is written: without the flag u as one or two halves. */
  private Language literal(int c) {
    if (unicode || c < 0x10000 || token.range == null) {
      return character(c);
    }
    Range first = token.range.after(Character.highSurrogate(c));
    Range both = first == null ? null : first.after(Character.lowSurrogate(c));
    return both == null ? NONE : to(new Token(Kind.CLASS, both));
  }

  private Language number(int c) {
    if (c < '0' || c > '9') {
      return new EcmaSyntax(unicode, groups.referring(token.value), new Token(Kind.ATOM, null)).after(c);
    }
    int number = token.value * 10 + c - '0';
    return number > MOST_GROUPS ? NONE : to(token.with(Kind.NUMBER, number, 0));
  }

  private Language digit(int c) {
    int value = token.value * 16 + hex(c);
    int left = token.left - 1;
    if (hex(c) < 0) {
      return NONE;
    }
    boolean pairs = unicode && (token.kind == Kind.UNICODE || token.more.equals("u"));
    int first = value << 4 * left;
    if (token.range != null && !token.range.allows(first, first + (1 << 4 * left) - 1, pairs)) {
      return NONE;
    }
    if (left > 0) {
      return to(new Token(Kind.DIGITS, value, left, "", token.kind == Kind.UNICODE ? "u" : token.more, NONE,
          token.range));
    }
    if (token.range == null || !pairs) {
      return character(value);
    }
    return unit(value);
  }

  /** Four digits in a class, with the flag u: perhaps half of a pair. */
  private Language unit(int value) {
    if (token.range.half >= 0 && value >= 0xDC00 && value <= 0xDFFF) {
      Range before = new Range(token.range.from, token.range.dash, -1);
      Range range = before.after(Character.toCodePoint((char) token.range.half, (char) value));
      if (range != null) {
        return to(new Token(Kind.CLASS, range));
      }
      return NONE;
    }
    Range settled = settled();
    if (settled == null) {
      return NONE;
    }
    return value >= 0xD800 && value <= 0xDBFF
        ? to(new Token(Kind.CLASS, new Range(settled.from, settled.dash, value))) : settled(settled.after(value));
  }

  private Language settled(Range range) {
    return range == null ? NONE : to(new Token(Kind.CLASS, range));
  }

  private Language braces() {
    return token.range != null && settled() == null ? NONE
        : to(new Token(Kind.BRACES, 0, 1, "", "", NONE, settled()));
  }

  private Language brace(int c) {
    int value = token.value * 16 + hex(c);
    if (hex(c) < 0 || value > 0x10FFFF) {
      return NONE;
    }
    return token.range != null && token.range.dash && value > 0 && largest(value) < token.range.from ? NONE
        : to(token.with(Kind.BRACES, value, 0));
  }

  /** The largest code point that begins with these digits, which are not all zero. */
  private static int largest(int value) {
    int largest = value;
    for (int more = 4; value << more <= 0x10FFFF; more += 4) {
      largest = Math.min(0x10FFFF, (value + 1 << more) - 1);
    }
    return largest;
  }

  /** A set of characters was read. */
  private Language set() {
    Range range = settled();
    return range == null ? token.range == null ? to(Kind.ATOM) : NONE : settled(range.afterSet());
  }

  /** A character was read. */
  private Language character(int c) {
    Range range = settled();
    return range == null ? token.range == null ? to(Kind.ATOM) : NONE : settled(range.after(c));
  }

  private Language property(Language rest) {
    return rest == NONE ? NONE : to(new Token(Kind.PROPERTY_NAME, 0, 0, "", "", rest, token.range));
  }

  private Language inClass(int c) {
    if (c == '\\') {
      return token.range.dash && token.range.from == SET_BEFORE ? NONE : to(Kind.ESCAPE);
    }
    Range range = token.range.settled();
    if (range == null) {
      return NONE;
    }
    if (token.range.half >= 0) {
      return new EcmaSyntax(unicode, groups, new Token(Kind.CLASS, range)).after(c);
    }
    return c == ']' ? to(new Token(Kind.ATOM, null)) : c == '-' ? settled(range.afterHyphen()) : literal(c);
  }

  private static int hex(int c) {
    return c < 128 ? HEX.indexOf(Character.toLowerCase(c)) : -1;
  }

  private static boolean isLetter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  @Override
  boolean spreads() {
    return token.kind.compareTo(Kind.QUESTION) >= 0;
  }

  @Override
  void split(Partition partition) {
    switch (token.kind) {
      case TERM, ATOM, REPEATED, PARENTHESIS -> partition.split(SYNTAX_CHARACTERS);
      case PROPERTY_NAME -> {
        token.rest.split(partition);
        partition.split(CodePointSet.of('}'));
      }
      default -> splitAscii(partition);
    }
  }

  private void splitAscii(Partition partition) {
    partition.split(ASCII);
    switch (token.kind) {
      case ANGLE, NAME, REFERENCE -> partition.spread(inName());
      case ESCAPE -> {
        partition.split(WORDS);
        partition.split(CodePointSet.range(0x10000, 0x10FFFF));
        splitClass(partition);
      }
      case BRACKET, CLASS, ZERO -> splitClass(partition);
      default -> {}
    }
  }

  /** Which character it is counts only if a range may begin with it. */
  private void splitClass(Partition partition) {
    Range range = token.range;
    if (range == null) {
      return;
    }
    if (range.dash && range.from >= 0) {
      partition.split(CodePointSet.range(Math.min(range.from, 0x10FFFF), 0x10FFFF));
      if (!unicode) {
        int astral = range.from <= 0xD800 ? 0x10000
            : Character.toCodePoint((char) Math.min(range.from, 0xDBFF), (char) 0xDC00);
        partition.split(CodePointSet.range(astral, 0x10FFFF));
        partition.split(CodePointSet.range(0x10000, 0x10FFFF));
      }
    }
    partition.spread(CodePointSet.ALL);
  }

  @Override
  String shortestText() {
    String text = finish();
    EcmaSyntax at = after(text);
    Groups left = at.groups;
    StringBuilder end = new StringBuilder(text).append(")".repeat(left.open.length()));
    left.missing.forEach(name -> end.append("(?<").append(name).append(">)"));
    int reference = at.token.kind == Kind.NUMBER ? Math.max(at.token.value, left.reference) : left.reference;
    return end.append("()".repeat(Math.max(0, reference - left.count - left.missing.size()))).toString();
  }

  /** What ends what is being read. */
  private String finish() {
    String behind = token.range == null ? "" : "]";
    return switch (token.kind) {
      case TERM, ATOM, REPEATED, PARENTHESIS, NUMBER -> "";
      case QUESTION -> ":";
      case ANGLE -> "=";
      case NAME -> newName();
      case REFERENCE -> token.text.isEmpty() ? anyName() + ">" : ">";
      case NAMED -> "<" + anyName() + ">";
      case NAME_ESCAPE, NAME_U, NAME_DIGITS, NAME_BRACES, NAME_HALF, NAME_SECOND_ESCAPE, NAME_SECOND_U -> then();
      case LEAST -> token.text.isEmpty() ? "1}" : "}";
      case MOST -> most() + "}";
      case ESCAPE, UNICODE, DIGITS, BRACES, CONTROL -> range() + behind;
      case ZERO, CLASS, BRACKET -> half() + behind;
      case PROPERTY -> "{L}" + behind;
      case PROPERTY_NAME -> token.rest.shortest() + "}" + behind;
    };
  }

  private String anyName() {
    return groups.names.isEmpty() ? "a" : groups.names.getFirst();
  }

  private String newName() {
    if (!token.text.isEmpty() && !groups.names.contains(token.text)) {
      return ">";
    }
    int c = 'a';
    while (!inName().contains(c) || groups.names.contains(token.text + Character.toString(c))) {
      c++;
    }
    return Character.toString(c) + ">";
  }

  /** A character that may be in the name, then the name's end. */
  private String then() {
    String text = switch (token.kind) {
      case NAME_ESCAPE -> "u{61}";
      case NAME_U -> "{61}";
      case NAME_BRACES -> ofName() + "}";
      case NAME_DIGITS -> nameDigits();
      case NAME_HALF -> "\\u" + second(token.value, 0, 4);
      case NAME_SECOND_ESCAPE -> "u" + second(token.value, 0, 4);
      default -> token.left == 4 ? second(token.value, 0, 4)
          : second(token.value >>> 16, token.value & 0xFFFF, token.left);
    };
    return text + after(text).finish();
  }

  private EcmaSyntax after(String text) {
    EcmaSyntax at = this;
    for (int c : text.codePoints().toArray()) {
      at = (EcmaSyntax) at.after(c);
    }
    return at;
  }

  private String ofName() {
    int digits = 0;
    int found = token.value == 0 ? 'a' : -1;
    for (; found < 0; digits++) {
      found = inName().firstIn(token.value << 4 * digits, (token.value + 1 << 4 * digits) - 1);
    }
    return token.value == 0 ? "61" : lastDigits(found, digits - 1);
  }

  private String nameDigits() {
    int shift = 4 * token.left;
    int found = inName().firstIn(token.value << shift, (token.value + 1 << shift) - 1);
    if (found >= 0) {
      return lastDigits(found, token.left);
    }
    int half = Math.max(token.value << shift, 0xD800);
    while (inName().firstIn(Character.toCodePoint((char) half, (char) 0xDC00),
        Character.toCodePoint((char) half, (char) 0xDFFF)) < 0) {
      half++;
    }
    return lastDigits(half, token.left) + "\\u" + second(half, 0, 4);
  }

  private String second(int half, int value, int left) {
    int shift = 4 * left;
    int first = Math.max(value << shift, 0xDC00);
    int last = Math.min((value + 1 << shift) - 1, 0xDFFF);
    int found = inName().firstIn(Character.toCodePoint((char) half, (char) first),
        Character.toCodePoint((char) half, (char) last));
    return lastDigits(Character.lowSurrogate(found), left);
  }

  private static String lastDigits(int value, int digits) {
    return digits == 0 ? "" : String.format("%06x", value).substring(6 - digits);
  }

  private String most() {
    StringBuilder more = new StringBuilder(token.more);
    while (!more.isEmpty() && order(token.text, more.toString()) > 0) {
      if (more.toString().equals("0")) {
        more.setLength(0);
        return token.text;
      }
      more.append('9');
    }
    return more.substring(token.more.length());
  }

  private String half() {
    return token.range != null && token.range.settled() == null ? "\\uDFFF" : "";
  }

  /** What ends an escape in a class, or outside, with a character that is late enough. */
  private String range() {
    Range range = token.range;
    boolean half = range != null && range.half >= 0 && range.settled() == null;
    int from = range == null || !range.dash ? 0 : range.from;
    String digits = Integer.toHexString(from);
    return switch (token.kind) {
      case CONTROL -> "z";
      case DIGITS -> ends(half);
      case UNICODE -> half ? "DFFF" : unicode && from > 0xFFFF ? "{" + digits + "}" : "FFFF";
      case BRACES -> bracesEnd(from);
      default -> half ? "uDFFF" : from == 0 && (range == null || !range.dash) ? "d" : unicode && from > 0xFFFF
          ? "u{" + digits + "}" : "uFFFF";
    };
  }

  /** Of digits: late ones, or of the half that must follow, or of one that another half can follow. */
  private String ends(boolean half) {
    StringBuilder text = new StringBuilder();
    EcmaSyntax at = this;
    while (at.token.kind == Kind.DIGITS) {
      for (char c : "fedcba9876543210".toCharArray()) {
        if (at.after(c) instanceof EcmaSyntax next) {
          text.append(c);
          at = next;
          break;
        }
      }
    }
    return text + (half ? "" : at.token.kind == Kind.CLASS ? at.half() : "");
  }

  private String bracesEnd(int from) {
    if (token.value == 0) {
      return Integer.toHexString(from) + "}";
    }
    int value = token.value;
    StringBuilder text = new StringBuilder();
    while (value < from) {
      int digit = Math.min(15, 0x10FFFF - (value << 4));
      text.append(HEX.charAt(digit));
      value = value << 4 | digit;
    }
    return text.append('}').toString();
  }

  @Override
  boolean hasLength(int least, int most) {
    return most >= least && shortestText().length() <= most; // behind that there may be any letters
  }

  @Override
  long atLeast() {
    return Long.MAX_VALUE;
  }

  @Override
  boolean same(Language other) {
    return other instanceof EcmaSyntax syntax && unicode == syntax.unicode && token.equals(syntax.token)
        && groups.equals(syntax.groups);
  }

  @Override
  public String toString() {
    return "pattern(" + groups.open + token.kind + ")";
  }
}
