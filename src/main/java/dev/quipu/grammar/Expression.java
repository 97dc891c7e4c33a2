package dev.quipu.grammar;

import java.util.List;

/** What a rule stands for, as grammars are written. */
sealed interface Expression {

  int NO_LIMIT = -1;

  Expression EMPTY = new Sequence(List.of());

  /** What another rule stands for. */
  record Reference(String rule) implements Expression {}

  /** A lexeme. */
  record Leaf(Terminal terminal) implements Expression {}

  /** One after the other. */
  record Sequence(List<Expression> parts) implements Expression {}

  /** One of them; of none, no text at all. */
  record Choice(List<Expression> options) implements Expression {}

  /** From min to max times; without end if max is {@link #NO_LIMIT}. */
  record Repetition(Expression of, int min, int max) implements Expression {}

  static Expression optional(Expression of) {
    return new Repetition(of, 0, 1);
  }

  static Expression sequence(List<Expression> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
  }

  static Expression choice(List<Expression> options) {
    return options.size() == 1 ? options.getFirst() : new Choice(options);
  }
}
