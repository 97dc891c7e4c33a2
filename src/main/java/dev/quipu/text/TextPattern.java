package dev.quipu.text;

import dev.quipu.text.regex.CodePoints;
import dev.quipu.text.regex.Regex;

/**
 * Where a pattern matches in a text: the cut points of pre-tokenizers and of Replace. Sees only the region it is
 * given, and does not know what is done with the matches.
 */
sealed interface TextPattern {

  /** The region cut into matches and the gaps between them, in order and without holes; some may be empty. */
  Spans spans(String text, int start, int end);

  /** Consecutive spans of a region, each a match or a gap. */
  final class Spans {
    private final IntList ends = new IntList();

    void add(int end, boolean match) {
      ends.add(end << 1 | (match ? 1 : 0));
    }

    int size() {
      return ends.size();
    }

    int end(int i) {
      return ends.get(i) >>> 1;
    }

    boolean isMatch(int i) {
      return (ends.get(i) & 1) != 0;
    }
  }

  /** A literal text; the empty one matches between all characters, as a regular expression would. */
  static TextPattern literal(String text) {
    return text.isEmpty() ? regex("") : new Literal(text);
  }

  /** A regular expression; the well-known ones are run by scanners written for them. */
  static TextPattern regex(String pattern) {
    WordScanner known = WordScanner.of(pattern);
    return known != null ? new Words(known) : new Expression(Regex.of(pattern));
  }

  record Literal(String literal) implements TextPattern {
    @Override
    public Spans spans(String text, int start, int end) {
      var spans = new Spans();
      int at = start;
      for (int i = text.indexOf(literal, start, end); i >= 0; i = text.indexOf(literal, at, end)) {
        if (i > at) {
          spans.add(i, false);
        }
        at = i + literal.length();
        spans.add(at, true);
      }
      if (at < end) {
        spans.add(end, false);
      }
      return spans;
    }
  }

  /** Each character of a set is a match of its own. */
  record EachOf(CodePoints set) implements TextPattern {
    @Override
    public Spans spans(String text, int start, int end) {
      var spans = new Spans();
      int gap = start;
      int next;
      for (int i = start; i < end; i = next) {
        int c = text.codePointAt(i);
        next = i + Character.charCount(c);
        if (set.has(c)) {
          if (gap < i) {
            spans.add(i, false);
          }
          spans.add(next, true);
          gap = next;
        }
      }
      if (gap < end) {
        spans.add(end, false);
      }
      return spans;
    }
  }

  /** Every run of so many characters is a match; the last may be shorter. */
  record EachLength(int length) implements TextPattern {
    @Override
    public Spans spans(String text, int start, int end) {
      var spans = new Spans();
      int count = 0;
      int next;
      for (int i = start; i < end; i = next) {
        next = i + Character.charCount(text.codePointAt(i));
        if (++count % length == 0 || next == end) {
          spans.add(next, true);
        }
      }
      return spans;
    }
  }

  /** {@code \w+|[^\w\s]+} of Rust's regex, whose words are not quite Oniguruma's. */
  record RustWords() implements TextPattern {
    @Override
    public Spans spans(String text, int start, int end) {
      var spans = new Spans();
      for (int i = start; i < end; ) {
        int kind = kind(text.codePointAt(i));
        while (i < end && kind(text.codePointAt(i)) == kind) {
          i += Character.charCount(text.codePointAt(i));
        }
        spans.add(i, kind != 0);
      }
      return spans;
    }

    private static int kind(int c) {
      return CodePoints.SPACE.has(c) ? 0 : CodePoints.RUST_WORD.has(c) ? 1 : 2;
    }
  }

  /** A scanner whose words cover the whole text. */
  record Words(WordScanner scanner) implements TextPattern {
    /** Hands on each word of {@code text[start, end)}, without a list of them. */
    void each(String text, int start, int end, int head, PreTokenizer.Sink next) {
      int wordEnd;
      for (int at = start; at < end; at = wordEnd) {
        wordEnd = scanner.wordEnd(text, at, end);
        next.accept(text, at, wordEnd, Math.max(0, head - (at - start)));
      }
    }

    @Override
    public Spans spans(String text, int start, int end) {
      var spans = new Spans();
      for (int at = start; at < end; ) {
        at = scanner.wordEnd(text, at, end);
        spans.add(at, true);
      }
      return spans;
    }
  }

  record Expression(Regex regex) implements TextPattern {
    @Override
    public Spans spans(String text, int start, int end) {
      var spans = new Spans();
      if (start == end) {
        return spans; // nothing matches in nothing, not even the empty pattern
      }
      Regex.Matcher matcher = regex.matcher(text, start, end);
      int covered = start;
      int lastMatchEnd = -1;
      int from = start;
      while (from <= end && matcher.find(from)) {
        // an empty match right after the last match does not count
        if (matcher.end() == matcher.start() && matcher.end() == lastMatchEnd) {
          from += from < end ? Character.charCount(text.codePointAt(from)) : 1;
          continue;
        }
        if (covered != matcher.start()) {
          spans.add(matcher.start(), false);
        }
        spans.add(matcher.end(), true);
        covered = from = lastMatchEnd = matcher.end();
      }
      if (covered != end) {
        spans.add(end, false);
      }
      return spans;
    }
  }
}
