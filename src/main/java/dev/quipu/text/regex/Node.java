package dev.quipu.text.regex;

import java.util.List;

/** A regular expression as a tree. Knows neither the syntax it came from nor how it is matched. */
sealed interface Node {

  /** One code point of a set. */
  record One(CodePoints set) implements Node {}

  record Concat(List<Node> parts) implements Node {}

  /** The first alternative that lets the rest match. */
  record Either(List<Node> alternatives) implements Node {}

  /** {@code body{min,max}}; max is -1 for no bound. */
  record Repeat(Node body, int min, int max, boolean greedy) implements Node {}

  /** {@code (?>body)}: what it matched is not given back. */
  record Atomic(Node body) implements Node {}

  /** {@code (?=body)} or {@code (?!body)}. */
  record Look(Node body, boolean negative) implements Node {}

  /** {@code (?<=body)} or {@code (?<!body)} over one code point. */
  record LookBehind(CodePoints set, boolean negative) implements Node {}

  /** A place in the text. */
  record At(Place place) implements Node {}

  /** The places a pattern can name. */
  enum Place { TEXT_START, TEXT_END, TEXT_END_OR_LAST_NEWLINE, LINE_START, LINE_END, WORD_BORDER, NO_WORD_BORDER }
}
