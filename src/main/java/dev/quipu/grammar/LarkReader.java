package dev.quipu.grammar;

import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.language.CodePointSet;
import dev.quipu.language.Language;
import dev.quipu.mask.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads the text of a grammar in Lark's notation; what its names mean is for {@link LarkGrammar} to find out. */
final class LarkReader {

  final Map<String, LarkNode.Definition> definitions = new LinkedHashMap<>();
  final List<LarkNode> ignored = new ArrayList<>();
  boolean ignoresAtStart;

  private final Source source;
  private final Function<Object, Position> schemas;
  private int depth;

  LarkReader(Source source, Function<Object, Position> schemas) {
    this.source = source;
    this.schemas = schemas;
  }

  void read() {
    for (blanks(true); !source.atEnd(); blanks(true)) {
      if (source.peek() == '%') {
        statement();
      } else {
        definition();
      }
      blanks(false);
      if (!source.atEnd() && source.peek() != '\n' && source.peek() != '\r') {
        throw source.expected("'|', another part or the end of the line");
      }
    }
  }

  /** Blanks and comments; ends of lines too where what follows belongs together with what was before. */
  private void blanks(boolean lines) {
    while (true) {
      int c = source.peek();
      if (c == '#' || c == '/' && source.peek(1) == '/') {
        source.toEndOfLine();
      } else if (c == ' ' || c == '\t' || lines && (c == '\r' || c == '\n')) {
        source.at++;
      } else {
        return;
      }
    }
  }

  private void statement() {
    int start = source.at;
    if (keyword("%ignore")) {
      ignored.add(alternatives(false));
    } else if (keyword("%import")) {
      imports();
    } else if (keyword("%llguidance")) {
      options();
    } else if (keyword("%declare")) {
      source.at = start;
      throw source.error("%declare is not supported: a terminal that something else reads has no text");
    } else if (keyword("%override") || keyword("%extend")) {
      source.at = start;
      throw source.error("%override and %extend are not supported: write the rule as it shall be");
    } else {
      throw source.expected("a rule, a terminal, %ignore, %import or %llguidance");
    }
  }

  private boolean keyword(String word) {
    int behind = source.peek(word.length());
    boolean here = source.startsWith(word) && !(behind >= 'a' && behind <= 'z');
    source.at += here ? word.length() : 0;
    if (here) {
      blanks(false);
    }
    return here;
  }

  private void imports() {
    int start = source.at;
    String library = name();
    if (!library.equals("common")) {
      source.at = start;
      throw source.error("only terminals of the library common can be imported, as %import common.INT");
    }
    blanks(false);
    if (source.skip("(")) {
      do {
        blanks(true);
        importOne(null);
        blanks(true);
      } while (source.skip(","));
      source.expect(")");
    } else {
      source.expect(".");
      importOne("->");
    }
  }

  private void importOne(String arrow) {
    int start = source.at;
    String terminal = name();
    String pattern = CommonTerminals.PATTERNS.get(terminal);
    if (pattern == null) {
      source.at = start;
      throw source.error("the library common has no terminal " + terminal + "; it has "
          + String.join(", ", CommonTerminals.PATTERNS.keySet()));
    }
    blanks(false);
    String local = terminal;
    if (arrow != null && source.skip(arrow)) {
      blanks(false);
      local = terminalName();
    }
    LarkNode body = new LarkNode.Text(start, RegexReader.read(pattern));
    define(new LarkNode.Definition(start, local, body, false, null, false));
  }

  private String terminalName() {
    int start = source.at;
    String name = name();
    if (!LarkGrammar.isTerminal(name)) {
      source.at = start;
      throw source.error("a terminal's name is in capitals; this is a rule's: " + name);
    }
    return name;
  }

  private void options() {
    int start = source.at;
    if (!(json("%llguidance") instanceof Map<?, ?> options)) {
      source.at = start;
      throw source.error("%llguidance expects an object");
    }
    for (var option : options.entrySet()) {
      boolean on = Boolean.TRUE.equals(option.getValue());
      switch (String.valueOf(option.getKey())) {
        case "allow_initial_skip" -> ignoresAtStart = on;
        case "no_forcing" -> { } // what is forced is for whoever generates to decide
        case "ignore_once", "allow_invalid_utf8" -> refuseOption(start, option.getKey(), on);
        default -> refuseOption(start, option.getKey(), true);
      }
    }
  }

  private void refuseOption(int start, Object option, boolean on) {
    if (on) {
      source.at = start;
      throw source.error("the option " + option + " of %llguidance is not supported; supported: allow_initial_skip, "
          + "no_forcing");
    }
  }

  private void definition() {
    boolean inlined = source.skip("!") | source.skip("?") | source.skip("!");
    int start = source.at;
    String name = name();
    if (inlined && LarkGrammar.isTerminal(name)) {
      source.at = start;
      throw source.error("'!' and '?' stand before rules, not before a terminal");
    }
    refuseParameters(name);
    if (source.skip(".")) {
      source.skip("-");
      source.number(Integer.MAX_VALUE); // a priority chooses among readings of the same text
    }
    blanks(false);
    Attributes attributes = new Attributes();
    if (source.peek() == '[') {
      attributes.read(name);
    }
    blanks(false);
    source.expect(":");
    LarkNode body = alternatives(false);
    define(new LarkNode.Definition(start, name, body, attributes.lazy, attributes.suffix, attributes.lexeme));
  }

  private void refuseParameters(String name) {
    if (source.startsWith("::")) {
      throw source.error("rules with a parameter, as " + name + "::_, are not supported");
    }
    if (source.peek() == '{') {
      throw source.error("templates, as " + name + "{x}, are not supported");
    }
  }

  private void define(LarkNode.Definition definition) {
    if (definitions.putIfAbsent(definition.name(), definition) != null) {
      source.at = definition.at();
      throw source.error("there is a " + (LarkGrammar.isTerminal(definition.name()) ? "terminal" : "rule") + " called "
          + definition.name() + " already");
    }
  }

  /** What stands in brackets behind a rule's name. */
  private final class Attributes {

    boolean lazy;
    boolean lexeme;
    LarkNode suffix;

    void read(String rule) {
      source.expect("[");
      do {
        blanks(true);
        attribute(rule);
        blanks(true);
      } while (source.skip(","));
      source.expect("]");
    }

    private void attribute(String rule) {
      int start = source.at;
      String attribute = name();
      blanks(false);
      switch (attribute) {
        case "capture" -> {
          if (source.skip("=")) {
            blanks(false);
            string();
          }
        }
        case "lazy" -> lazy = lexeme = true;
        case "suffix" -> suffix(start, value());
        case "stop" -> stop(start, value());
        case "stop_capture" -> value();
        default -> {
          source.at = start;
          throw source.error(switch (attribute) {
            case "max_tokens" -> "max_tokens is not supported: a grammar here speaks of text; a pattern can limit "
                + "characters, as /.{0,100}/";
            case "temperature" -> "temperature is not supported: it is the request's";
            default -> "a rule has no attribute " + attribute + "; supported: capture, lazy, suffix";
          });
        }
      }
    }

    private LarkNode value() {
      source.expect("=");
      blanks(false);
      return LarkReader.this.atom();
    }

    private void suffix(int start, LarkNode value) {
      if (suffix != null) {
        source.at = start;
        throw source.error("a rule has one suffix");
      }
      suffix = value;
      lazy = lexeme = true;
    }

    /** An empty one only says that the end of the text ends the lexeme, as it does anyway. */
    private void stop(int start, LarkNode value) {
      if (!(value instanceof LarkNode.Text text && text.language() == Language.EMPTY)) {
        source.at = start;
        throw source.error("stop is not supported, as it takes back what was written; use suffix, which keeps it");
      }
      lexeme = true;
    }
  }

  private LarkNode alternatives(boolean nested) {
    int start = source.at;
    List<LarkNode> options = new ArrayList<>();
    do {
      blanks(nested);
      options.add(conjunction(nested));
      refuseCondition();
    } while (nextAlternative(nested));
    return options.size() == 1 ? options.getFirst() : new LarkNode.Choice(start, options);
  }

  /** Whether a '|' follows, be it on the next line. */
  private boolean nextAlternative(boolean nested) {
    int start = source.at;
    blanks(true);
    if (source.skip("|")) {
      blanks(nested);
      return true;
    }
    source.at = start;
    return false;
  }

  private void refuseCondition() {
    if (source.startsWith("%if")) {
      throw source.error("%if is not supported, as rules have no parameter");
    }
  }

  private LarkNode conjunction(boolean nested) {
    int start = source.at;
    List<LarkNode> all = new ArrayList<>();
    do {
      blanks(nested);
      all.add(sequence(nested));
    } while (source.skip("&"));
    if (source.skip("->")) {
      blanks(false);
      name(); // of a node in a tree that nobody builds
      blanks(nested);
    }
    return all.size() == 1 ? all.getFirst() : new LarkNode.Both(start, all);
  }

  private LarkNode sequence(boolean nested) {
    int start = source.at;
    List<LarkNode> parts = new ArrayList<>();
    while (beginsPart()) {
      parts.add(repeated(atom()));
      blanks(nested);
    }
    return parts.size() == 1 ? parts.getFirst() : new LarkNode.Sequence(start, parts);
  }

  private boolean beginsPart() {
    int c = source.peek();
    return c >= 0 && "\n\r|)]}&:".indexOf(c) < 0 && !source.startsWith("->") && !source.startsWith("%if");
  }

  private LarkNode repeated(LarkNode part) {
    blanks(false);
    int start = source.at;
    LarkNode result = part;
    if (source.skip("*")) {
      result = new LarkNode.Repetition(start, part, 0, Expression.NO_LIMIT);
    } else if (source.skip("+")) {
      result = new LarkNode.Repetition(start, part, 1, Expression.NO_LIMIT);
    } else if (source.skip("?")) {
      result = new LarkNode.Repetition(start, part, 0, 1);
    } else if (source.peek() == '~' && followedByNumber()) {
      source.at++;
      blanks(false);
      result = counted(start, part, "..");
    } else if (source.skip("{")) {
      blanks(false);
      result = counted(start, part, ",");
      source.expect("}");
    }
    if (source.peek() == '*' || source.peek() == '+' || source.peek() == '?') {
      throw source.error("a part is repeated once; put it in parentheses to repeat it again");
    }
    return result;
  }

  /** Otherwise a '~' is the negation of the next part. */
  private boolean followedByNumber() {
    int further = 1;
    while (source.peek(further) == ' ') {
      further++;
    }
    return source.peek(further) >= '0' && source.peek(further) <= '9';
  }

  private LarkNode counted(int start, LarkNode part, String separator) {
    int min = source.startsWith(",") ? 0 : source.number(RuleBinarizer.MAX_COUNT);
    int max = min;
    blanks(false);
    if (source.skip(separator)) {
      blanks(false);
      max = source.peek() == '}' ? Expression.NO_LIMIT : source.number(RuleBinarizer.MAX_COUNT);
      blanks(false);
    }
    if (max != Expression.NO_LIMIT && max < min) {
      source.at = start;
      throw source.error("at least " + min + " but at most " + max + " times is never");
    }
    return new LarkNode.Repetition(start, part, min, max);
  }

  private LarkNode atom() {
    int start = source.at;
    int c = source.peek();
    if (source.skip("~")) {
      blanks(false);
      return new LarkNode.Not(start, nested(this::atom));
    }
    return switch (c) {
      case '(' -> nested(() -> group(")"));
      case '[' -> new LarkNode.Repetition(start, nested(() -> group("]")), 0, 1);
      case '"' -> literal();
      case '/' -> pattern();
      case '%' -> special();
      case '<' -> throw source.error("special tokens, such as <|end|> or <[123]>, are not supported: a grammar here "
          + "speaks of text");
      case '@' -> throw source.error("other grammars, as @name, are not supported");
      default -> {
        String name = name();
        if (source.peek() == '{' && !isCount(source.peek(1))) {
          refuseParameters(name);
        }
        if (source.startsWith("::")) {
          refuseParameters(name);
        }
        yield new LarkNode.Name(start, name);
      }
    };
  }

  private static boolean isCount(int c) {
    return c >= '0' && c <= '9' || c == ',' || c == ' ';
  }

  private LarkNode nested(Supplier<LarkNode> part) {
    if (++depth > Source.MAX_DEPTH) {
      throw source.error("parts are nested more than " + Source.MAX_DEPTH + " deep");
    }
    LarkNode node = part.get();
    depth--;
    return node;
  }

  private LarkNode group(String end) {
    source.at++;
    LarkNode group = alternatives(true);
    if (!source.skip(end)) {
      throw source.expected("'|', another part or '" + end + "'");
    }
    return group;
  }

  private LarkNode literal() {
    int start = source.at;
    String text = string();
    if (source.peek() == 'i' && !isNamePart(source.peek(1))) {
      source.at++;
      Language any = Language.EMPTY;
      for (int c : text.codePoints().boxed().toList().reversed()) {
        any = Language.chars(CharacterClasses.anyCase(CodePointSet.of(c))).then(any);
      }
      return new LarkNode.Text(start, any);
    }
    int end = source.at;
    blanks(false);
    if (!source.skip("..")) {
      source.at = end;
      return new LarkNode.Text(start, Language.text(text));
    }
    blanks(false);
    String last = string();
    if (text.codePointCount(0, text.length()) != 1 || last.codePointCount(0, last.length()) != 1) {
      source.at = start;
      throw source.error("a range is between two single characters, as \"a\"..\"z\"");
    }
    if (text.codePointAt(0) > last.codePointAt(0)) {
      source.at = start;
      throw source.error("this range is the wrong way round");
    }
    return new LarkNode.Text(start, Language.chars(CodePointSet.range(text.codePointAt(0), last.codePointAt(0))));
  }

  private String string() {
    int start = source.at;
    source.expect("\"");
    StringBuilder text = new StringBuilder();
    while (source.peek() != '"') {
      if (source.atEnd() || source.peek() == '\n') {
        source.at = start;
        throw source.error("this string has no end on its line");
      }
      text.appendCodePoint(source.skip("\\") ? escape() : source.take());
    }
    source.at++;
    return text.toString();
  }

  private int escape() {
    int c = source.peek();
    source.at++;
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '/', '\\', '"', '\'' -> c;
      case 'x' -> source.hex(2);
      case 'u' -> surrogates(source);
      case 'U' -> source.hex(8);
      default -> {
        source.at--;
        throw source.expected("one of n r t b f / \\ \" ' x u U behind '\\'");
      }
    };
  }

  /** A character beyond the first plane may be written as two, as in JSON. */
  private static int surrogates(Source source) {
    int[] halves = {source.unit(), 0};
    if (Character.isHighSurrogate((char) halves[0]) && source.skip("\\u")) {
      halves[1] = source.unit();
      if (Character.isLowSurrogate((char) halves[1])) {
        return Character.toCodePoint((char) halves[0], (char) halves[1]);
      }
    }
    if (halves[0] >= 0xD800 && halves[0] < 0xE000) {
      throw source.error("half of a surrogate pair is no character");
    }
    return halves[0];
  }

  private LarkNode pattern() {
    int start = source.at++;
    int end = source.at;
    while (source.peek(end - source.at) != '/') {
      int c = source.peek(end - source.at);
      if (c < 0 || c == '\n') {
        source.at = start;
        throw source.error("this pattern has no '/' at its end on its line");
      }
      end += c == '\\' ? 2 : 1;
    }
    int flagsEnd = end + 1;
    while (source.charAt(flagsEnd) >= 'a' && source.charAt(flagsEnd) <= 'z') {
      flagsEnd++;
    }
    Language language = RegexReader.read(source, end, source.between(end + 1, flagsEnd));
    source.at = flagsEnd;
    return new LarkNode.Text(start, language);
  }

  private LarkNode special() {
    int start = source.at;
    if (keyword("%json")) {
      Object schema = json("%json");
      if (schemas == null) {
        source.at = start;
        throw source.error("%json is not supported here");
      }
      return new LarkNode.Machine(start, compiled(start, schema));
    } else if (keyword("%regex")) {
      return new LarkNode.Text(start, substrings(start, json("%regex")));
    } else if (keyword("%lark")) {
      source.at = start;
      throw source.error("a grammar within a grammar, %lark, is not supported");
    }
    throw source.expected("%json or %regex");
  }

  private Position compiled(int start, Object schema) {
    try {
      return schemas.apply(schema);
    } catch (QuipuException refused) {
      source.at = start;
      throw source.error(refused.getMessage());
    }
  }

  /** Every run of pieces that follow one another. */
  private Language substrings(int start, Object value) {
    List<String> pieces = value instanceof Map<?, ?> map && map.size() == 1
        ? Pieces.of(map.keySet().iterator().next(), map.values().iterator().next()) : null;
    if (pieces == null) {
      source.at = start;
      throw source.error("%regex expects one of substring_chunks (a list of texts), substring_words and "
          + "substring_chars (a text)");
    }
    return Pieces.runs(pieces);
  }

  private Object json(String of) {
    int start = source.at;
    source.skipJson(of);
    try {
      return Json.parse(source.since(start), of);
    } catch (QuipuException broken) {
      source.at = start;
      throw source.error(broken.getMessage());
    }
  }

  private String name() {
    int start = source.at;
    while (isNamePart(source.peek())) {
      source.at++;
    }
    String name = source.since(start);
    if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
      source.at = start;
      throw source.expected("a name, a string, a pattern, '(' or '['");
    }
    if (!LarkGrammar.isTerminal(name) && !name.equals(name.toLowerCase(Locale.ROOT))) {
      source.at = start;
      throw source.error("the name " + name + " is neither a rule's, in small letters, nor a terminal's, in capitals");
    }
    return name;
  }

  private static boolean isNamePart(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
        || c == '-';
  }
}
