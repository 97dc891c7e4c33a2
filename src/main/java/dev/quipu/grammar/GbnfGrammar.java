package dev.quipu.grammar;

import dev.quipu.language.CodePointSet;
import dev.quipu.language.Language;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads llama.cpp's notation, GBNF. Its terminals are single characters, so there is no lexer that would have to
 * choose: the grammar means what its rules say. Left recursion, which llama.cpp refuses, is fine here.
 */
public final class GbnfGrammar {

  private static final String ROOT = "root";

  private final Source source;
  private final GrammarBuilder builder;
  private final Map<String, Integer> used = new LinkedHashMap<>(); // where each rule is first asked for
  private int depth;

  private GbnfGrammar(String text, String name) {
    this.source = new Source(name, text);
    this.builder = new GrammarBuilder(name);
  }

  /** @param name what messages call the grammar */
  public static Grammar parse(String text, String name) {
    return new GbnfGrammar(text, name).grammar();
  }

  private Grammar grammar() {
    blanks(true);
    while (!source.atEnd()) {
      rule();
    }
    if (!builder.hasRule(ROOT)) {
      throw source.error("expected a rule called " + ROOT + ", with which every text begins");
    }
    for (var rule : used.entrySet()) {
      if (!builder.hasRule(rule.getKey())) {
        source.at = rule.getValue();
        throw source.error("there is no rule called " + rule.getKey());
      }
    }
    return builder.build(ROOT);
  }

  private void rule() {
    int start = source.at;
    String rule = name();
    if (builder.hasRule(rule)) {
      source.at = start;
      throw source.error("there is a rule called " + rule + " already");
    }
    blanks(false);
    source.expect("::=");
    blanks(true);
    builder.rule(rule, alternatives(false));
    if (!source.atEnd() && !source.skip("\r\n") && !source.skip("\n")) {
      throw source.expected("a symbol, '|' or the end of the line");
    }
    blanks(true);
  }

  private String name() {
    int start = source.at;
    while (isNamePart(source.peek())) {
      source.at++;
    }
    if (start == source.at) {
      throw source.expected("a rule's name");
    }
    return source.since(start);
  }

  private static boolean isNamePart(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
  }

  /** Blanks and comments; ends of lines too where the rule goes on behind them. */
  private void blanks(boolean lines) {
    while (true) {
      int c = source.peek();
      if (c == '#') {
        source.toEndOfLine();
      } else if (c == ' ' || c == '\t' || lines && (c == '\r' || c == '\n')) {
        source.at++;
      } else {
        return;
      }
    }
  }

  private Expression alternatives(boolean nested) {
    List<Expression> options = new ArrayList<>();
    do {
      blanks(true);
      options.add(sequence(nested));
    } while (source.skip("|"));
    return Expression.choice(options);
  }

  private Expression sequence(boolean nested) {
    List<Expression> parts = new ArrayList<>();
    blanks(nested);
    for (Expression part = symbol(); part != null; part = symbol()) {
      blanks(nested);
      int times = 0;
      for (Expression more = repeated(part); more != null; more = repeated(part)) {
        part = more;
        blanks(nested);
        if (++times > Source.MAX_DEPTH) {
          throw source.error("a symbol is repeated more than " + Source.MAX_DEPTH + " times over");
        }
      }
      parts.add(part);
    }
    return Expression.sequence(parts);
  }

  /** The symbol that stands here; null if none does. */
  private Expression symbol() {
    int c = source.peek();
    return switch (c) {
      case '"' -> literal();
      case '[' -> characters();
      case '(' -> group();
      case '.' -> {
        source.at++;
        yield builder.lexeme(".", Language.ANY_CHAR, false);
      }
      case '<', '!' -> throw source.error("tokens by name or number, such as <think> or <[1000]>, are not supported: "
          + "a grammar here speaks of text");
      case '*', '+', '?', '{' -> throw source.error("expected a symbol before '" + (char) c + "'");
      default -> isNamePart(c) ? reference() : null;
    };
  }

  private Expression reference() {
    int start = source.at;
    String rule = name();
    used.putIfAbsent(rule, start);
    return new Expression.Reference(rule);
  }

  private Expression literal() {
    source.at++;
    List<Expression> characters = new ArrayList<>();
    while (source.peek() != '"') {
      characters.add(character(CodePointSet.of(character("'\"'"))));
    }
    source.at++;
    return Expression.sequence(characters);
  }

  private Expression character(CodePointSet set) {
    return builder.lexeme(set.toString(), Language.chars(set), false);
  }

  private Expression characters() {
    source.at++;
    boolean others = source.skip("^");
    CodePointSet set = CodePointSet.NONE;
    do {
      set = set.or(range());
    } while (source.peek() != ']');
    source.at++;
    return character(others ? set.not() : set);
  }

  private CodePointSet range() {
    int start = source.at;
    int first = character("']'");
    if (source.peek() != '-' || source.peek(1) == ']') {
      return CodePointSet.of(first);
    }
    source.at++;
    int last = character("']'");
    if (last < first) {
      String range = source.since(start);
      source.at = start;
      throw source.error("the range " + range + " is the wrong way round");
    }
    return CodePointSet.range(first, last);
  }

  private int character(String end) {
    if (source.atEnd()) {
      throw source.expected(end);
    }
    return source.skip("\\") ? escape() : source.take();
  }

  private int escape() {
    int c = source.peek();
    if (c >= 0) {
      source.at++;
    }
    return switch (c) {
      case 'x' -> source.hex(2);
      case 'u' -> source.hex(4);
      case 'U' -> source.hex(8);
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'n' -> '\n';
      case '\\', '"', '[', ']' -> c;
      default -> {
        source.at -= c >= 0 ? 1 : 0;
        throw source.expected("one of x u U t r n \\ \" [ ] behind '\\'");
      }
    };
  }

  private Expression group() {
    if (++depth > Source.MAX_DEPTH) {
      throw source.error("parentheses are nested more than " + Source.MAX_DEPTH + " deep");
    }
    source.at++;
    Expression group = alternatives(true);
    if (!source.skip(")")) {
      throw source.expected("a symbol, '|' or ')'");
    }
    depth--;
    return group;
  }

  /** The part as often as what stands here says; null if nothing does. */
  private Expression repeated(Expression part) {
    if (source.skip("*")) {
      return new Expression.Repetition(part, 0, Expression.NO_LIMIT);
    } else if (source.skip("+")) {
      return new Expression.Repetition(part, 1, Expression.NO_LIMIT);
    } else if (source.skip("?")) {
      return Expression.optional(part);
    }
    return source.skip("{") ? counted(part) : null;
  }

  private Expression counted(Expression part) {
    int start = source.at;
    blanks(false);
    int min = source.number(RuleBinarizer.MAX_COUNT);
    int max = min;
    blanks(false);
    if (source.skip(",")) {
      blanks(false);
      max = source.peek() == '}' ? Expression.NO_LIMIT : source.number(RuleBinarizer.MAX_COUNT);
      blanks(false);
    }
    source.expect("}");
    if (max >= 0 && max < min) {
      source.at = start;
      throw source.error("at least " + min + " but at most " + max + " times is never");
    }
    return new Expression.Repetition(part, min, max);
  }
}
