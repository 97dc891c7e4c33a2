package dev.quipu.grammar;

import dev.quipu.language.Language;
import java.util.ArrayList;
import java.util.List;

/** The pieces of a text, of which any run may be quoted. */
final class Pieces {

  private Pieces() {}

  /** As the attribute of {@code %regex} says; null if it or its value is none that is known. */
  static List<String> of(Object attribute, Object value) {
    if ("substring_chunks".equals(attribute) && value instanceof List<?> list
        && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    } else if ("substring_chars".equals(attribute) && value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    return "substring_words".equals(attribute) && value instanceof String text ? words(text) : null;
  }

  /** Words, blanks, and what is neither, each as long as it goes. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int kind = -1;
    for (int c : text.codePoints().toArray()) {
      int next = Character.isWhitespace(c) ? 0 : Character.isLetterOrDigit(c) || c == '_' ? 1 : 2;
      String piece = Character.toString(c);
      if (next == kind) {
        words.set(words.size() - 1, words.getLast() + piece);
      } else {
        words.add(piece);
      }
      kind = next;
    }
    return words;
  }

  /** The texts of pieces that follow one another, none included. */
  static Language runs(List<String> pieces) {
    Language from = Language.EMPTY; // runs that begin with the piece at hand
    List<Language> all = new ArrayList<>(List.of(from));
    for (String piece : pieces.reversed()) {
      from = Language.text(piece).then(from).or(Language.EMPTY);
      all.add(from);
    }
    return Language.anyOf(all);
  }
}
