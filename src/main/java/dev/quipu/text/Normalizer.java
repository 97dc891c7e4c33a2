package dev.quipu.text;

import dev.quipu.QuipuException;
import dev.quipu.text.TextPattern.Spans;
import dev.quipu.text.regex.CodePoints;
import java.text.Normalizer.Form;
import java.util.List;

/**
 * Rewrites a text before it is cut into words. Follows Hugging Face {@code tokenizers} 0.23, except for one of its
 * errors: what a Replace of a pattern without width, such as {@code (?=a)}, puts at the start of a word, the reference
 * writes twice if the pre-tokenizer ByteLevel follows. Knows no vocabulary.
 */
sealed interface Normalizer {

  /** No text grows beyond this many characters: a few rules that double it would fill any memory. */
  int MAX_GROWN = 1 << 25;

  /**
   * A text on its way through the normalizers.
   *
   * @param head how many chars at the front stem from the first character of the whole input; 0 if none does
   */
  record Text(String string, int head) {
    private String headString() {
      return string.substring(0, head);
    }
  }

  Text apply(Text text);

  record Unicode(Form form) implements Normalizer {
    @Override
    public Text apply(Text text) {
      String normal = OldUnicode.normalize(text.string, form);
      return new Text(normal, Math.min(normal.length(), OldUnicode.normalize(text.headString(), form).length()));
    }
  }

  record Lowercase() implements Normalizer {
    @Override
    public Text apply(Text text) {
      return new Text(OldUnicode.lowerCase(text.string), OldUnicode.lowerCase(text.headString()).length());
    }
  }

  record StripAccents() implements Normalizer {
    @Override
    public Text apply(Text text) {
      return new Text(withoutMarks(text.string), withoutMarks(text.headString()).length());
    }

    private static String withoutMarks(String text) {
      var out = new StringBuilder(text.length());
      text.codePoints().filter(c -> !OldUnicode.marks().has(c)).forEach(out::appendCodePoint);
      return out.toString();
    }
  }

  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public Text apply(Text text) {
      String s = text.string;
      int start = 0;
      int end = s.length();
      while (left && start < end && CodePoints.isSpace(s.charAt(start))) {
        start++;
      }
      while (right && end > start && CodePoints.isSpace(s.charAt(end - 1))) {
        end--;
      }
      return new Text(s.substring(start, end), Math.max(0, Math.min(end, text.head) - start));
    }
  }

  record Replace(TextPattern pattern, String content) implements Normalizer {
    @Override
    public Text apply(Text text) {
      return new Text(replace(text.string), head(text));
    }

    String replace(String text) {
      if (pattern instanceof TextPattern.Literal literal && content.length() <= literal.literal().length()) {
        return text.replace(literal.literal(), content);
      }
      Spans spans = pattern.spans(text, 0, text.length());
      checkGrowth(text.length(), (long) spans.size() * content.length());
      var out = new StringBuilder(text.length());
      for (int i = 0, from = 0; i < spans.size(); from = spans.end(i++)) {
        if (spans.isMatch(i)) {
          out.append(content);
        } else {
          out.append(text, from, spans.end(i));
        }
      }
      return out.toString();
    }

    // what replaces a match counts as the last character of the match
    private int head(Text text) {
      if (text.head == 0) {
        return 0;
      }
      Spans spans = pattern.spans(text.string, 0, text.string.length());
      int head = 0;
      for (int i = 0, from = 0; i < spans.size() && from <= text.head; from = spans.end(i++)) {
        int end = spans.end(i);
        head += spans.isMatch(i) ? (end <= text.head ? content.length() : 0) : Math.min(end, text.head) - from;
      }
      return head;
    }
  }

  record Prepend(String prefix) implements Normalizer {
    @Override
    public Text apply(Text text) {
      if (text.string.isEmpty()) {
        return text;
      }
      return new Text(prefix + text.string, text.head == 0 ? 0 : text.head + prefix.length());
    }
  }

  record ByteLevel() implements Normalizer {
    @Override
    public Text apply(Text text) {
      return new Text(ByteAlphabet.write(text.string), ByteAlphabet.write(text.headString()).length());
    }
  }

  record Sequence(List<Normalizer> parts) implements Normalizer {
    @Override
    public Text apply(Text text) {
      for (Normalizer part : parts) {
        int before = text.string.length();
        text = part.apply(text);
        checkGrowth(before, text.string.length() - before);
      }
      return text;
    }
  }

  /** Refuses a text of {@code length} characters that gets so many more and becomes too long. */
  static void checkGrowth(int length, long more) {
    if (more > 0 && length + more > MAX_GROWN) {
      throw new QuipuException("the tokenizer makes more than " + MAX_GROWN + " characters of a text: its parts add to"
          + " it without measure; check tokenizer.json, or give a shorter text");
    }
  }
}
