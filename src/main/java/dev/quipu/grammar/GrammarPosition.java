package dev.quipu.grammar;

import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Position;

/** Between two lexemes, or inside of one: what was read before, and what the begun lexeme may be. */
final class GrammarPosition implements Position {

  private final ItemSet items;
  private final LexemeState state;
  private final boolean inside;

  private GrammarPosition(ItemSet items, LexemeState state, boolean inside) {
    this.items = items;
    this.state = state;
    this.inside = inside;
  }

  /** Where the next lexeme begins. */
  static GrammarPosition at(ItemSet items) {
    return new GrammarPosition(items, items.start(), false);
  }

  private static GrammarPosition in(ItemSet items, LexemeState state) {
    return state.over() ? at(items.after(state.accepted)) : new GrammarPosition(items, state, true);
  }

  @Override
  public GrammarPosition next(int b) {
    LexemeState longer = state.next(b);
    if (longer != null) {
      return in(items, longer);
    }
    if (!inside || !state.endsBefore(b)) {
      return null;
    }
    ItemSet after = items.after(state.accepted);
    LexemeState first = after.start().next(b);
    return first == null ? null : in(after, first);
  }

  @Override
  public boolean complete() {
    return inside ? state.accepted != null && items.after(state.accepted).accepts : items.accepts;
  }

  @Override
  public Lexeme lexeme() {
    return state.shared() ? state : state.nested() == null ? null : state.nested().lexeme();
  }

  @Override
  public Position within(Lexeme lexeme, byte[] bytes, int from, int to) {
    if (from == to) {
      return this;
    }
    return in(items,
        state.shared() ? (LexemeState) lexeme : state.with(state.nested().within(lexeme, bytes, from, to)));
  }

  @Override
  public int hashCode() {
    return items.hashCode() * 31 + state.hashCode() * 2 + (inside ? 1 : 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GrammarPosition position && items == position.items && state == position.state
        && inside == position.inside;
  }
}
