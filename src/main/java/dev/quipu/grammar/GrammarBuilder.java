package dev.quipu.grammar;

import dev.quipu.language.Language;
import dev.quipu.language.TextPosition;
import dev.quipu.mask.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes the rules of a grammar from whoever reads its notation. Equal lexemes become one. */
final class GrammarBuilder {

  private record Lexeme(Language language, boolean lazy) {}

  private final String name;
  private final Map<String, Expression> rules = new LinkedHashMap<>();
  private final Map<Lexeme, Terminal> terminals = new HashMap<>();
  private final List<Terminal> ignored = new ArrayList<>();
  private boolean ignoredAtStart;

  GrammarBuilder(String name) {
    this.name = name;
  }

  /** A lexeme with these texts, of which the empty one is the empty text and no lexeme. */
  Expression lexeme(String name, Language language, boolean lazy) {
    if (language.acceptsEmpty()) {
      return lazy ? Expression.EMPTY : Expression.optional(lexeme(name, withoutEmpty(language), false));
    }
    return language.isEmpty() ? new Expression.Choice(List.of()) : new Expression.Leaf(terminal(name, language, lazy));
  }

  private static Language withoutEmpty(Language language) {
    return language.and(Language.lengths(1, -1));
  }

  private Terminal terminal(String name, Language language, boolean lazy) {
    return terminals.computeIfAbsent(new Lexeme(language, lazy),
        absent -> new Terminal(name, TextPosition.of(language), lazy, true));
  }

  /** A lexeme that another machine reads, such as a JSON value; it has no empty text. */
  Expression machine(String name, Position start) {
    return new Expression.Leaf(new Terminal(name, start, false, false));
  }

  /** May stand behind lexemes, and before the first one too if that is said, and means nothing. */
  void ignore(String name, Language language, boolean atStart) {
    ignoredAtStart = atStart;
    Language some = withoutEmpty(language);
    if (!some.isEmpty()) {
      ignored.add(new Terminal(name, TextPosition.of(some), false, true));
    }
  }

  void rule(String rule, Expression body) {
    rules.put(rule, body);
  }

  boolean hasRule(String rule) {
    return rules.containsKey(rule);
  }

  Grammar build(String start) {
    return new Grammar(name, RuleBinarizer.binarize(name, rules).reduce(start), ignored, ignoredAtStart);
  }
}
