package dev.quipu.grammar;

import dev.quipu.language.CodePointSet;
import dev.quipu.language.Language;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the pattern of a lexeme, in the syntax of Rust's {@code regex} as far as it describes a set of texts: what
 * looks around, refers back or prefers one of several matches is refused by name.
 */
final class RegexReader {

  private static final CodePointSet NEWLINE = CodePointSet.of('\n');

  private final Source source;
  private final int end;
  private boolean ignoresCase;
  private boolean dotIsAny;
  private boolean spaced;
  private int depth;

  private RegexReader(Source source, int end) {
    this.source = source;
    this.end = end;
  }

  /** The pattern up to {@code end}, where the source is afterwards. */
  static Language read(Source source, int end, String flags) {
    RegexReader reader = new RegexReader(source, end);
    for (int i = 0; i < flags.length(); i++) {
      reader.set(flags.charAt(i), true);
    }
    Language language = reader.alternatives();
    if (source.at < end) {
      throw source.error("there is no '(' to this ')'");
    }
    return language;
  }

  /** A pattern that is not part of a grammar's text. */
  static Language read(String pattern) {
    return read(new Source("pattern", pattern), pattern.length(), "");
  }

  private void set(char flag, boolean on) {
    switch (flag) {
      case 'i' -> ignoresCase = on;
      case 's' -> dotIsAny = on;
      case 'x' -> spaced = on;
      case 'u', 'm' -> { } // characters are Unicode's anyway, and ends of lines are not looked at
      default -> throw source.error("the flag " + flag + " of a pattern is not supported; supported: i, m, s, u, x");
    }
  }

  private int peek() {
    return source.at < end ? source.peek() : -1;
  }

  private boolean skip(String prefix) {
    return source.at + prefix.length() <= end && source.skip(prefix);
  }

  private Language alternatives() {
    boolean[] outer = {ignoresCase, dotIsAny, spaced};
    List<Language> options = new ArrayList<>(List.of(sequence()));
    while (skip("|")) {
      options.add(sequence());
    }
    ignoresCase = outer[0];
    dotIsAny = outer[1];
    spaced = outer[2];
    return options.size() == 1 ? options.getFirst() : Language.anyOf(options);
  }

  private Language sequence() {
    List<Language> parts = new ArrayList<>();
    for (blanks(); peek() >= 0 && peek() != '|' && peek() != ')'; blanks()) {
      Language part = atom();
      blanks();
      parts.add(repeated(part));
    }
    Language all = Language.EMPTY;
    for (Language part : parts.reversed()) {
      all = part.then(all);
    }
    return all;
  }

  private void blanks() {
    while (spaced && peek() >= 0) {
      if (peek() == '#') {
        while (peek() >= 0 && peek() != '\n') {
          source.at++;
        }
      } else if (Character.isWhitespace(peek())) {
        source.at++;
      } else {
        return;
      }
    }
  }

  private Language atom() {
    int c = peek();
    switch (c) {
      case '(' -> {
        return group();
      }
      case '[' -> {
        source.at++;
        return chars(characterClass());
      }
      case '.' -> {
        source.at++;
        return Language.chars(dotIsAny ? CodePointSet.ALL : NEWLINE.not());
      }
      case '\\' -> {
        source.at++;
        return chars(escape(false));
      }
      case '^', '$' -> throw source.error("'" + (char) c + "' is not supported: a lexeme is matched as a whole, so "
          + "leave it out, or write \\" + (char) c + " for the character");
      case '*', '+', '?', '{' -> throw source.error("nothing stands before '" + (char) c + "' that could be repeated; "
          + "write \\" + (char) c + " for the character");
      default -> {
        return chars(CodePointSet.of(source.take()));
      }
    }
  }

  private Language chars(CodePointSet set) {
    return Language.chars(ignoresCase ? CharacterClasses.anyCase(set) : set);
  }

  private Language group() {
    if (++depth > Source.MAX_DEPTH) {
      throw source.error("a pattern's parentheses are nested more than " + Source.MAX_DEPTH + " deep");
    }
    int start = source.at++;
    boolean[] outer = {ignoresCase, dotIsAny, spaced};
    if (skip("?") && !skip(":") && !skip("P<") && !skip("<")) {
      if (!flags(start)) {
        depth--;
        return Language.EMPTY; // they hold up to the end of the group around it
      }
    } else if (source.since(start).endsWith("<")) {
      groupName(start);
    }
    Language inner = alternatives();
    if (!skip(")")) {
      throw source.at < end ? source.expected("')'") : source.error("a '(' of the pattern has no ')'");
    }
    depth--;
    ignoresCase = outer[0];
    dotIsAny = outer[1];
    spaced = outer[2];
    return inner;
  }

  private void groupName(int start) {
    if (peek() == '=' || peek() == '!') {
      throw lookaround(start);
    }
    while (peek() >= 0 && peek() != '>') {
      source.at++;
    }
    source.expect(">");
  }

  private RuntimeException lookaround(int start) {
    source.at = start;
    return source.error("looking ahead or behind, as (?=…), (?!…), (?<=…) and (?<!…) do, is not supported in a lexeme");
  }

  /** Flags behind {@code (?}: whether they are those of a group, which begins after them. */
  private boolean flags(int start) {
    boolean on = true;
    while (!skip(":")) {
      if (skip(")")) {
        return false;
      }
      if (skip("-")) {
        on = false;
      } else if (peek() >= 'a' && peek() <= 'z') {
        set((char) source.peek(), on);
        source.at++;
      } else {
        throw lookaroundOrUnknown(start);
      }
    }
    return true;
  }

  private RuntimeException lookaroundOrUnknown(int start) {
    return peek() == '=' || peek() == '!' ? lookaround(start)
        : source.expected("a group: (…), (?:…), (?<name>…) or (?flags:…)");
  }

  private Language repeated(Language part) {
    Language result = part;
    for (int times = 0; ; times++) {
      int start = source.at;
      if (skip("*")) {
        result = result.repeat(0, -1);
      } else if (skip("+")) {
        result = result.repeat(1, -1);
      } else if (skip("?")) {
        result = result.repeat(0, 1);
      } else if (skip("{")) {
        result = counted(result);
      } else {
        return result;
      }
      if (times > 0 && source.since(start).length() == 1) {
        source.at = start;
        throw source.error("'" + (char) source.peek() + "' behind a repetition, which would have it match as little "
            + "or as much as possible, is not supported: a lexeme is as long as it can be, or as short with [lazy] at its "
            + "rule");
      }
    }
  }

  private Language counted(Language part) {
    int start = source.at;
    int min = peek() == ',' ? 0 : source.number(RuleBinarizer.MAX_COUNT);
    int max = min;
    if (skip(",")) {
      max = peek() == '}' ? -1 : source.number(RuleBinarizer.MAX_COUNT);
    }
    if (!skip("}")) {
      throw source.expected("'}'");
    }
    if (max >= 0 && max < min) {
      source.at = start;
      throw source.error("at least " + min + " but at most " + max + " times is never");
    }
    return part.repeat(min, max);
  }

  /** Behind the bracket that opens it. */
  private CodePointSet characterClass() {
    int start = source.at - 1;
    if (++depth > Source.MAX_DEPTH) {
      throw source.error("a pattern's brackets are nested more than " + Source.MAX_DEPTH + " deep");
    }
    boolean others = skip("^");
    CodePointSet set = skip("]") ? CodePointSet.of(']') : CodePointSet.NONE;
    while (!skip("]")) {
      if (peek() < 0) {
        source.at = start;
        throw source.error("this '[' of the pattern has no ']'");
      }
      if (skip("&&")) {
        set = set.and(operand());
      } else if (skip("--")) {
        set = set.minus(operand());
      } else {
        set = set.or(member());
      }
    }
    depth--;
    return others ? anyCase(set).not() : set;
  }

  private CodePointSet anyCase(CodePointSet set) {
    return ignoresCase ? CharacterClasses.anyCase(set) : set;
  }

  /** The members up to the end of the class or to the next operator. */
  private CodePointSet operand() {
    CodePointSet set = CodePointSet.NONE;
    while (peek() >= 0 && peek() != ']' && !source.startsWith("&&") && !source.startsWith("--")) {
      set = set.or(member());
    }
    return set;
  }

  private CodePointSet member() {
    if (skip("[:")) {
      int start = source.at;
      boolean others = skip("^");
      while (peek() >= 'a' && peek() <= 'z') {
        source.at++;
      }
      CodePointSet set = CharacterClasses.posix(source.since(others ? start + 1 : start));
      if (set == null || !skip(":]")) {
        throw source.expected("a class such as [:alpha:]");
      }
      return others ? set.not() : set;
    }
    if (skip("[")) {
      return characterClass();
    }
    CodePointSet first = classCharacter();
    boolean range = peek() == '-' && source.at + 1 < end && source.peek(1) != ']' && source.peek(1) != '-';
    if (!range || first.size() != 1) {
      return first;
    }
    int start = source.at++;
    CodePointSet last = classCharacter();
    if (last.size() != 1 || last.first() < first.first()) {
      source.at = start;
      throw source.error("this range of characters is the wrong way round, or ends with a class");
    }
    return CodePointSet.range(first.first(), last.first());
  }

  private CodePointSet classCharacter() {
    if (peek() < 0) {
      throw source.error("a '[' of the pattern has no ']'");
    }
    return skip("\\") ? escape(true) : CodePointSet.of(source.take());
  }

  /** Behind the backslash. */
  private CodePointSet escape(boolean inClass) {
    if (peek() < 0) {
      throw source.error("the pattern ends with '\\'");
    }
    int c = source.take();
    return switch (c) {
      case 'n' -> NEWLINE;
      case 'r' -> CodePointSet.of('\r');
      case 't' -> CodePointSet.of('\t');
      case 'f' -> CodePointSet.of('\f');
      case 'v' -> CodePointSet.of(0x0B);
      case 'a' -> CodePointSet.of(0x07);
      case '0' -> CodePointSet.of(0);
      case 'x' -> CodePointSet.of(hex(2));
      case 'u' -> CodePointSet.of(hex(4));
      case 'U' -> CodePointSet.of(hex(8));
      case 'd' -> CharacterClasses.digits();
      case 'D' -> CharacterClasses.digits().not();
      case 's' -> CharacterClasses.spaces();
      case 'S' -> CharacterClasses.spaces().not();
      case 'w' -> CharacterClasses.words();
      case 'W' -> CharacterClasses.words().not();
      case 'p' -> property();
      case 'P' -> property().not();
      default -> itself(c, inClass);
    };
  }

  private CodePointSet itself(int c, boolean inClass) {
    if (c < 128 && Character.isLetterOrDigit(c)) {
      source.at--;
      throw source.error(c >= '1' && c <= '9' ? "a reference back, \\" + (char) c + ", is not supported in a lexeme"
          : !inClass && "bBAzZG".indexOf(c) >= 0 ? "\\" + (char) c + " is not supported: it looks around, and a "
          + "lexeme is matched as a whole" : "\\" + (char) c + " has no meaning in a pattern");
    }
    return CodePointSet.of(c);
  }

  private int hex(int digits) {
    if (!skip("{")) {
      return source.hex(digits);
    }
    int start = source.at;
    while (Character.digit(peek(), 16) >= 0 && source.at - start < 8) {
      source.at++;
    }
    int length = source.at - start;
    source.at = start;
    int value = source.hex(Math.max(1, length));
    source.expect("}");
    return value;
  }

  private CodePointSet property() {
    int start = source.at;
    if (skip("{")) {
      while (peek() >= 0 && peek() != '}') {
        source.at++;
      }
      source.expect("}");
    } else if (peek() >= 0) {
      source.take();
    }
    String written = source.since(start).replaceAll("[{}]", "");
    boolean others = written.startsWith("^");
    CodePointSet set = CharacterClasses.property(others ? written.substring(1) : written);
    if (set == null) {
      source.at = start;
      throw source.error("there is no property of characters called " + written);
    }
    return others ? set.not() : set;
  }
}
