package dev.quipu.text;

import dev.quipu.text.TextPattern.Spans;
import java.util.List;

/**
 * Cuts a normalized text into the words that the model encodes one by one. Follows Hugging Face {@code tokenizers}
 * 0.23. Knows no vocabulary.
 */
sealed interface PreTokenizer {

  /** Takes the words in order: {@code text[start, end)}, of which the first {@code head} chars begin the input. */
  interface Sink {
    void accept(String text, int start, int end, int head);
  }

  /**
   * Cuts {@code text[start, end)}, which is not empty, and hands on the parts that are not empty.
   *
   * @param head how many chars from {@code start} on stem from the first character of the whole input; Metaspace's
   *             scheme "first" asks for it
   */
  void cut(String text, int start, int end, int head, Sink next);

  /** What happens to the matches of a pattern. */
  enum Behavior { REMOVED, ISOLATED, MERGED_WITH_PREVIOUS, MERGED_WITH_NEXT, CONTIGUOUS }

  /** Cuts at the matches of a pattern; {@code invert} takes the gaps for the matches. */
  record Split(TextPattern pattern, Behavior behavior, boolean invert) implements PreTokenizer {
    @Override
    public void cut(String text, int start, int end, int head, Sink next) {
      if (pattern instanceof TextPattern.Words words && keepsMatchesApart()) {
        words.each(text, start, end, head, next);
        return;
      }
      Spans spans = pattern.spans(text, start, end);
      int from = start;
      for (int i = 0; i < spans.size(); i++) {
        boolean last = i + 1 == spans.size();
        if (last || endsPart(spans, i)) {
          boolean removed = behavior == Behavior.REMOVED && isMatch(spans, i);
          int to = spans.end(i);
          if (to > from && !removed) {
            next.accept(text, from, to, Math.max(0, head - (from - start)));
          }
          from = to;
        }
      }
    }

    /** Whether each match is a part of its own; where a pattern leaves no gaps, that is all there is to do. */
    private boolean keepsMatchesApart() {
      return behavior == Behavior.ISOLATED || behavior == Behavior.REMOVED && invert;
    }

    /** Whether span i and the one after it belong to different parts. */
    private boolean endsPart(Spans spans, int i) {
      return switch (behavior) {
        case REMOVED, ISOLATED -> true;
        case CONTIGUOUS -> isMatch(spans, i) != isMatch(spans, i + 1);
        case MERGED_WITH_PREVIOUS -> isMatch(spans, i) || !isMatch(spans, i + 1);
        case MERGED_WITH_NEXT -> !isMatch(spans, i) || isMatch(spans, i + 1);
      };
    }

    private boolean isMatch(Spans spans, int i) {
      return spans.isMatch(i) != invert;
    }
  }

  /**
   * GPT-2's: an optional leading space, an optional split, then every byte as a printable character.
   *
   * @param split     cuts the words, or null
   * @param lastStage nothing follows but the model, which is told to take the bytes itself
   */
  record ByteLevel(boolean addPrefixSpace, PreTokenizer split, boolean lastStage) implements PreTokenizer {
    @Override
    public void cut(String text, int start, int end, int head, Sink next) {
      Sink sink = lastStage ? next : (t, s, e, h) -> write(t, s, e, h, next);
      if (addPrefixSpace && text.charAt(start) != ' ') {
        cutWords(" " + text.substring(start, end), 0, end - start + 1, head == 0 ? 0 : head + 1, sink);
      } else {
        cutWords(text, start, end, head, sink);
      }
    }

    private void cutWords(String text, int start, int end, int head, Sink sink) {
      if (split == null) {
        sink.accept(text, start, end, head);
      } else {
        split.cut(text, start, end, head, sink);
      }
    }

    private static void write(String text, int start, int end, int head, Sink next) {
      String word = ByteAlphabet.write(text.substring(start, end));
      Normalizer.checkGrowth(end - start, word.length() - (end - start));
      int newHead = ByteAlphabet.write(text.substring(start, Math.min(end, start + head))).length();
      next.accept(word, 0, word.length(), newHead);
    }
  }

  /** SentencePiece's: spaces become a visible character, which also opens the text and starts every word. */
  record Metaspace(String replacement, Scheme scheme, PreTokenizer split) implements PreTokenizer {

    enum Scheme { ALWAYS, NEVER, FIRST }

    @Override
    public void cut(String text, int start, int end, int head, Sink next) {
      String words = text.substring(start, end).replace(" ", replacement);
      int newHead = text.substring(start, Math.min(end, start + head)).replace(" ", replacement).length();
      boolean opens = scheme == Scheme.ALWAYS || scheme == Scheme.FIRST && head > 0;
      if (opens && !words.startsWith(replacement)) {
        words = replacement + words;
        newHead += newHead > 0 ? replacement.length() : 0;
      }
      if (split == null) {
        next.accept(words, 0, words.length(), newHead);
      } else {
        split.cut(words, 0, words.length(), newHead, next);
      }
    }
  }

  /** One after the other, each on the parts of the one before. */
  record Sequence(List<PreTokenizer> parts) implements PreTokenizer {
    @Override
    public void cut(String text, int start, int end, int head, Sink next) {
      Sink sink = next;
      for (int i = parts.size() - 1; i >= 0; i--) {
        sink = new Then(parts.get(i), sink);
      }
      sink.accept(text, start, end, head);
    }

    // a class and no lambda: the first lambda of a process costs tens of milliseconds
    private record Then(PreTokenizer part, Sink rest) implements Sink {
      @Override
      public void accept(String text, int start, int end, int head) {
        part.cut(text, start, end, head, rest);
      }
    }
  }
}
