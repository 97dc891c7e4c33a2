package dev.quipu.grammar;

import dev.quipu.mask.Position;

/**
 * A lexeme of a grammar: its texts are what can be written from a position on. Compared by identity.
 *
 * <p>{@code lazy} ends at its first text, where others go on as long as they can. {@code shared} positions are equal
 * where the same may follow, so that states of the lexer can be interned.
 */
final class Terminal {

  final String name;
  final Position start;
  final boolean lazy;
  final boolean shared;

  Terminal(String name, Position start, boolean lazy, boolean shared) {
    this.name = name;
    this.start = start;
    this.lazy = lazy;
    this.shared = shared;
  }

  @Override
  public String toString() {
    return name;
  }
}
