package dev.quipu.language;

import java.util.Arrays;

/** The two halves of an expression: where it reads nothing, and where it reads something. */
final class Width {

  private Width() {}

  /** What is asked of a place at which nothing is read. */
  static Language zero(Language language) {
    if (language.minLength > 0) {
      return Language.NONE;
    }
    return switch (language) {
      case Choice choice -> Choice.of(Arrays.stream(choice.parts).map(Width::zero).toList());
      case Sequence sequence -> Sequence.of(zero(sequence.head), zero(sequence.tail));
      case Repetition rounds -> rounds.min == 0 ? Language.EMPTY : zero(rounds.body);
      case Texts _ -> Language.EMPTY;
      default -> language;
    };
  }

  /** The texts of an expression that have a character, at least. */
  static Language some(Language language) {
    if (language.minLength > 0) {
      return language;
    }
    return switch (language) {
      case Choice choice -> Choice.of(Arrays.stream(choice.parts).map(Width::some).toList());
      case Sequence sequence -> some(sequence.head, sequence.tail);
      case Repetition rounds when rounds.min == 0 || !rounds.is(Language.BEHIND | Language.AHEAD) -> Sequence.of(
          some(rounds.body), rounds.max == Language.INFINITE ? rounds : Repetition.of(rounds.body, 0, rounds.max - 1));
      case Repetition rounds -> throw new TooComplex("looks around in a repetition in a repetition: " + rounds);
      case Empty _, Behind _, Ahead _ -> Language.NONE;
      default -> Intersection.of(Language.listOf(language, Language.lengths(1, -1)));
    };
  }

  private static Language some(Language head, Language tail) {
    return Choice.of(Language.listOf(Sequence.of(some(head), tail), Sequence.of(zero(head), some(tail))));
  }
}
