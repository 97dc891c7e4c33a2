package dev.quipu.text;

import dev.quipu.text.regex.CodePoints;

/**
 * The splitting patterns of the well-known tokenizers as hand-written scanners: each call returns where the word that
 * starts here ends. Recognized by the exact text of the pattern; any other pattern goes to the regex machine. Every
 * pattern here covers all text, so a word always has at least one character.
 */
final class WordScanner {

  static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String LETTERS = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
  private static final String CAPITALIZED =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+";
  private static final String CAPITALS =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*";
  private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String REST = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + SPACES;
  private static final String REST_WITH_SLASH = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + SPACES;

  static final String LLAMA3 = CONTRACTION + LETTERS + "\\p{N}{1,3}" + REST;
  static final String QWEN2 = CONTRACTION + LETTERS + "\\p{N}" + REST;
  static final String O200K = CAPITALIZED + CONTRACTION + "?|" + CAPITALS + CONTRACTION + "?|\\p{N}{1,3}"
      + REST_WITH_SLASH;
  static final String TEKKEN = CAPITALIZED + "|" + CAPITALS + "|\\p{N}" + REST_WITH_SLASH;

  private enum Style { GPT2, CL100K, O200K }

  private static final byte LETTER = 1;
  private static final byte NUMBER = 2;
  private static final byte SPACE = 4;
  private static final byte NEWLINE = 8;
  /** May stand in the first, capital part of an o200k word. */
  private static final byte UPPER = 16;
  /** May stand in the second, small part of an o200k word. */
  private static final byte LOWER = 32;
  private static final byte[] BY_CATEGORY = byCategory();
  private static final byte[] ASCII = ascii();

  private final Style style;
  private final int digits;
  private final boolean contractions;

  private WordScanner(Style style, int digits, boolean contractions) {
    this.style = style;
    this.digits = digits;
    this.contractions = contractions;
  }

  /** The scanner for a pattern, or null if the pattern is not one of the known. */
  static WordScanner of(String pattern) {
    return switch (pattern) {
      case GPT2 -> new WordScanner(Style.GPT2, Integer.MAX_VALUE, true);
      case LLAMA3 -> new WordScanner(Style.CL100K, 3, true);
      case QWEN2 -> new WordScanner(Style.CL100K, 1, true);
      case O200K -> new WordScanner(Style.O200K, 3, true);
      case TEKKEN -> new WordScanner(Style.O200K, 1, false);
      default -> null;
    };
  }

  int wordEnd(String text, int at, int end) {
    return switch (style) {
      case GPT2 -> gpt2(text, at, end);
      case CL100K -> cl100k(text, at, end);
      case O200K -> o200k(text, at, end);
    };
  }

  private int gpt2(String text, int at, int end) {
    char c = text.charAt(at);
    if (c == '\'') {
      int contraction = contraction(text, at, end, false);
      if (contraction > at) {
        return contraction;
      }
    }
    int word = c == ' ' && at + 1 < end ? at + 1 : at;
    int kind = kind(text, word);
    if ((kind & SPACE) != 0) {
      return spaces(text, at, end);
    }
    int same = kind & (LETTER | NUMBER);
    int i = word;
    while (i < end && (kind(text, i) & (LETTER | NUMBER | SPACE)) == same) {
      i += width(text, i);
    }
    return i;
  }

  private int cl100k(String text, int at, int end) {
    char c = text.charAt(at);
    if (c == '\'') {
      int contraction = contraction(text, at, end, true);
      if (contraction > at) {
        return contraction;
      }
    }
    int kind = kind(text, at);
    int word = (kind & (LETTER | NUMBER | NEWLINE)) == 0 ? at + width(text, at) : at;
    int letters = run(text, word, end, LETTER, LETTER);
    return letters > word ? letters : other(text, at, end, kind, false);
  }

  private int o200k(String text, int at, int end) {
    int kind = kind(text, at);
    int word = (kind & (LETTER | NUMBER | NEWLINE)) == 0 ? at + width(text, at) : at;
    int found = capitalized(text, word, end);
    if (found < 0 && word > at) {
      // the optional first character may itself be a mark, which a word can be made of
      found = capitalized(text, at, end);
    }
    if (found < 0) {
      found = capitals(text, at, word, end);
    }
    if (found < 0) {
      return other(text, at, end, kind, true);
    }
    return contractions && found < end && text.charAt(found) == '\'' ? contraction(text, found, end, true) : found;
  }

  /** The end of {@code [upper]*[lower]+} here, or -1. */
  private static int capitalized(String text, int at, int end) {
    int upper = run(text, at, end, UPPER, UPPER);
    int lower = run(text, upper, end, LOWER, LOWER);
    if (lower > upper) {
      return lower;
    }
    // give back capitals until one of them can stand in the small part; no small letter follows it
    for (int i = upper; i > at; ) {
      int back = i - Character.charCount(text.codePointBefore(i));
      if ((kind(text, back) & LOWER) != 0) {
        return run(text, back, end, LOWER, LOWER);
      }
      i = back;
    }
    return -1;
  }

  /** The end of {@code [upper]+[lower]*}, after the optional first character or from it, or -1. */
  private static int capitals(String text, int at, int word, int end) {
    int upper = run(text, word, end, UPPER, UPPER);
    if (upper == word && word > at) {
      upper = run(text, at, end, UPPER, UPPER);
      word = at;
    }
    return upper > word ? run(text, upper, end, LOWER, LOWER) : -1;
  }

  /** What is no word: digits, signs with the newlines after them, white space. */
  private int other(String text, int at, int end, int kind, boolean slash) {
    if ((kind & NUMBER) != 0) {
      return numbers(text, at, end);
    }
    int signs = text.charAt(at) == ' ' ? at + 1 : at;
    int i = run(text, signs, end, LETTER | NUMBER | SPACE, 0);
    if (i == signs) {
      return spacesOrNewlines(text, at, end);
    }
    while (i < end && (text.charAt(i) == '\r' || text.charAt(i) == '\n' || slash && text.charAt(i) == '/')) {
      i++;
    }
    return i;
  }

  private int numbers(String text, int at, int end) {
    int i = at;
    for (int n = 0; n < digits && i < end && (kind(text, i) & NUMBER) != 0; n++) {
      i += width(text, i);
    }
    return i;
  }

  /** {@code \s*[\r\n]+}: white space up to the last newline of the run, else as {@link #spaces}. */
  private static int spacesOrNewlines(String text, int at, int end) {
    int stop = run(text, at, end, SPACE, SPACE);
    for (int i = stop; i > at; i--) {
      char c = text.charAt(i - 1);
      if (c == '\r' || c == '\n') {
        return i;
      }
    }
    return allButLast(text, at, stop, end);
  }

  /** {@code \s+(?!\S)|\s+}: a run of white space, without its last character if a word follows. */
  private static int spaces(String text, int at, int end) {
    return allButLast(text, at, run(text, at, end, SPACE, SPACE), end);
  }

  private static int allButLast(String text, int at, int stop, int end) {
    return stop < end && stop - 1 > at ? stop - 1 : stop;
  }

  private static int run(String text, int at, int end, int mask, int want) {
    int i = at;
    while (i < end) {
      int kind = kind(text, i);
      if (want == 0 ? (kind & mask) != 0 : (kind & mask) == 0) {
        break;
      }
      i += width(text, i);
    }
    return i;
  }

  /** The end of 's, 't, 're, 've, 'm, 'll or 'd here, or {@code at} if there is none. */
  private static int contraction(String text, int at, int end, boolean ignoreCase) {
    int first = at + 1 < end ? letter(text.charAt(at + 1), ignoreCase) : 0;
    int second = at + 2 < end ? letter(text.charAt(at + 2), ignoreCase) : 0;
    return switch (first) {
      case 's', 't', 'm', 'd' -> at + 2;
      case 'r', 'v' -> second == 'e' ? at + 3 : at;
      case 'l' -> second == 'l' ? at + 3 : at;
      default -> at;
    };
  }

  private static int letter(char c, boolean ignoreCase) {
    if (ignoreCase) {
      // the long s is an s, too
      return c == 0x17F ? 's' : c < 128 ? Character.toLowerCase(c) : 0;
    }
    return c;
  }

  private static int width(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at)) ? 2 : 1;
  }

  private static int kind(String text, int at) {
    char c = text.charAt(at);
    if (c < 128) {
      return ASCII[c];
    }
    int codePoint = Character.isHighSurrogate(c) ? text.codePointAt(at) : c;
    return CodePoints.isSpace(codePoint) ? SPACE : BY_CATEGORY[Character.getType(codePoint)];
  }

  private static byte[] byCategory() {
    byte[] kinds = new byte[32];
    kinds[Character.UPPERCASE_LETTER] = LETTER | UPPER;
    kinds[Character.TITLECASE_LETTER] = LETTER | UPPER;
    kinds[Character.LOWERCASE_LETTER] = LETTER | LOWER;
    kinds[Character.MODIFIER_LETTER] = LETTER | UPPER | LOWER;
    kinds[Character.OTHER_LETTER] = LETTER | UPPER | LOWER;
    kinds[Character.NON_SPACING_MARK] = UPPER | LOWER;
    kinds[Character.ENCLOSING_MARK] = UPPER | LOWER;
    kinds[Character.COMBINING_SPACING_MARK] = UPPER | LOWER;
    kinds[Character.DECIMAL_DIGIT_NUMBER] = NUMBER;
    kinds[Character.LETTER_NUMBER] = NUMBER;
    kinds[Character.OTHER_NUMBER] = NUMBER;
    return kinds;
  }

  private static byte[] ascii() {
    byte[] kinds = new byte[128];
    for (int c = 0; c < 128; c++) {
      kinds[c] = CodePoints.isSpace(c) ? SPACE : BY_CATEGORY[Character.getType(c)];
    }
    kinds['\r'] = SPACE | NEWLINE;
    kinds['\n'] = SPACE | NEWLINE;
    return kinds;
  }
}
