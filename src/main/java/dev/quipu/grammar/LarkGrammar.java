package dev.quipu.grammar;

import dev.quipu.language.Language;
import dev.quipu.mask.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the dialect of Lark's notation that llguidance has. A name in capitals is a terminal: a pattern without names
 * of rules, whose text is one lexeme; so is each string and each pattern in a rule. A lexeme is as long as any terminal
 * that may stand where it begins can go on; {@code [lazy]} or {@code [suffix=…]} end a rule's at its first text. What
 * {@code %ignore} names may stand behind each lexeme.
 */
public final class LarkGrammar {

  private static final String START = "start";
  private static final int MAX_TERMINAL_DEPTH = 200;
  private static final int MAX_TERMINAL_PARTS = 10_000;

  private final Source source;
  private final LarkReader reader;
  private final GrammarBuilder builder;
  private final Map<String, Language> terminals = new HashMap<>();
  private final Map<String, Integer> sizes = new HashMap<>();
  private final Set<String> begun = new HashSet<>();

  private LarkGrammar(String text, String name, Function<Object, Position> schemas) {
    this.source = new Source(name, text);
    this.reader = new LarkReader(source, schemas);
    this.builder = new GrammarBuilder(name);
  }

  /** @param name what messages call the grammar */
  public static Grammar parse(String text, String name) {
    return parse(text, name, null);
  }

  /** @param schemas makes of a parsed {@code %json} the position before such a value */
  public static Grammar parse(String text, String name, Function<Object, Position> schemas) {
    return new LarkGrammar(text, name, schemas).grammar();
  }

  /** Whether the name is a terminal's: all of its letters are capitals. */
  static boolean isTerminal(String name) {
    return name.chars().anyMatch(c -> c >= 'A' && c <= 'Z') && name.chars().noneMatch(c -> c >= 'a' && c <= 'z');
  }

  private Grammar grammar() {
    reader.read();
    if (!reader.definitions.containsKey(START)) {
      throw source.error("expected a rule called " + START + ", with which every text begins");
    }
    for (LarkNode.Definition definition : reader.definitions.values()) {
      if (!isTerminal(definition.name())) {
        builder.rule(definition.name(), body(definition));
      }
    }
    List<Language> blanks = new ArrayList<>();
    for (LarkNode ignored : reader.ignored) {
      blanks.add(language(ignored));
    }
    if (!blanks.isEmpty()) {
      builder.ignore("%ignore", Language.anyOf(blanks), reader.ignoresAtStart);
    }
    return builder.build(START);
  }

  private Expression body(LarkNode.Definition rule) {
    if (!rule.lexeme()) {
      return expression(rule.body());
    }
    Language text = language(rule.body());
    return builder.lexeme(rule.name(), rule.suffix() == null ? text : text.then(language(rule.suffix())), rule.lazy());
  }

  private Expression expression(LarkNode node) {
    return switch (node) {
      case LarkNode.Name name when !isTerminal(name.name()) -> {
        definition(name);
        yield new Expression.Reference(name.name());
      }
      case LarkNode.Sequence sequence -> Expression.sequence(sequence.parts().stream().map(this::expression).toList());
      case LarkNode.Choice choice -> Expression.choice(choice.options().stream().map(this::expression).toList());
      case LarkNode.Repetition repetition ->
          new Expression.Repetition(expression(repetition.of()), repetition.min(), repetition.max());
      case LarkNode.Machine machine -> builder.machine("%json", machine.start());
      case LarkNode.Both both -> {
        source.at = both.at();
        throw source.error("'&' stands between terminals only: give this rule's name in capitals if it is to be one");
      }
      case LarkNode.Name name -> builder.lexeme(name.name(), language(name), false);
      case LarkNode.Text text -> builder.lexeme("a literal", text.language(), false);
      case LarkNode.Not not -> builder.lexeme("a negation", language(not), false);
    };
  }

  private LarkNode.Definition definition(LarkNode.Name name) {
    LarkNode.Definition definition = reader.definitions.get(name.name());
    if (definition == null) {
      source.at = name.at();
      throw source.error("there is no " + (isTerminal(name.name()) ? "terminal" : "rule") + " called " + name.name());
    }
    return definition;
  }

  private Language language(LarkNode node) {
    return switch (node) {
      case LarkNode.Text text -> text.language();
      case LarkNode.Name name -> terminal(name);
      case LarkNode.Sequence sequence -> sequence(sequence);
      case LarkNode.Choice choice -> Language.anyOf(choice.options().stream().map(this::language).toList());
      case LarkNode.Both both -> Language.allOf(both.all().stream().map(this::language).toList());
      case LarkNode.Not not -> language(not.of()).not();
      case LarkNode.Repetition repetition -> language(repetition.of()).repeat(repetition.min(), repetition.max());
      case LarkNode.Machine machine -> {
        source.at = machine.at();
        throw source.error("%json cannot be part of a terminal; use it in a rule");
      }
    };
  }

  private Language sequence(LarkNode.Sequence sequence) {
    List<Language> parts = sequence.parts().stream().map(this::language).toList();
    sum(sequence.parts()); // after the terminals that it names are known, and before it is built
    Language all = Language.EMPTY;
    for (Language part : parts.reversed()) {
      all = part.then(all);
    }
    return all;
  }

  /** Literals and patterns that a terminal is made of, with those of the terminals that it names each time it does. */
  private int size(LarkNode node) {
    return switch (node) {
      case LarkNode.Name name -> sizes.getOrDefault(name.name(), 1);
      case LarkNode.Sequence sequence -> sum(sequence.parts());
      case LarkNode.Choice choice -> sum(choice.options());
      case LarkNode.Both both -> sum(both.all());
      case LarkNode.Not not -> size(not.of());
      case LarkNode.Repetition repetition -> size(repetition.of());
      case LarkNode.Text text -> 1;
      case LarkNode.Machine machine -> 1;
    };
  }

  private int sum(List<LarkNode> parts) {
    int sum = 0;
    for (LarkNode part : parts) {
      sum += size(part);
    }
    if (sum > MAX_TERMINAL_PARTS) {
      source.at = parts.getFirst().at();
      throw source.error("a terminal is made of more than " + MAX_TERMINAL_PARTS + " literals and patterns");
    }
    return sum;
  }

  private Language terminal(LarkNode.Name name) {
    Language known = terminals.get(name.name());
    if (known != null) {
      return known;
    }
    source.at = name.at();
    if (!isTerminal(name.name())) {
      throw source.error("the rule " + name.name() + " cannot be part of a terminal; a terminal's parts are "
          + "in capitals");
    }
    LarkNode.Definition definition = definition(name);
    if (!begun.add(name.name())) {
      throw source.error("the terminal " + name.name() + " is part of itself; only rules can be");
    }
    if (begun.size() > MAX_TERMINAL_DEPTH) {
      throw source.error("terminals are made of terminals more than " + MAX_TERMINAL_DEPTH + " deep");
    }
    Language language = language(definition.body());
    begun.remove(name.name());
    terminals.put(name.name(), language);
    sizes.put(name.name(), size(definition.body()));
    return language;
  }
}
