package dev.quipu.grammar;

import dev.quipu.language.Language;
import dev.quipu.mask.Position;
import java.util.List;

/** What stands at the right side of a rule or terminal of Lark's notation; {@code at} is where in the text. */
sealed interface LarkNode {

  int at();

  /** A rule or a terminal. */
  record Name(int at, String name) implements LarkNode {}

  /** A literal, a range or a pattern. */
  record Text(int at, Language language) implements LarkNode {}

  /** What another machine reads. */
  record Machine(int at, Position start) implements LarkNode {}

  record Sequence(int at, List<LarkNode> parts) implements LarkNode {}

  record Choice(int at, List<LarkNode> options) implements LarkNode {}

  /** Of terminals only: a text of all of them. */
  record Both(int at, List<LarkNode> all) implements LarkNode {}

  /** Of terminals only: every other text. */
  record Not(int at, LarkNode of) implements LarkNode {}

  record Repetition(int at, LarkNode of, int min, int max) implements LarkNode {}

  /** A rule or terminal, and how its lexeme ends if its attributes say so. */
  record Definition(int at, String name, LarkNode body, boolean lazy, LarkNode suffix, boolean lexeme) {}
}
