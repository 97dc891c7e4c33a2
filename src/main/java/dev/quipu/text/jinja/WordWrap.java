package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** The filter {@code wordwrap}: each line of a text broken into lines of a width, as Python's textwrap does. */
final class WordWrap {

  private final int width;
  private final boolean breakLongWords;
  private final boolean breakOnHyphens;

  private WordWrap(int width, boolean breakLongWords, boolean breakOnHyphens) {
    this.width = width;
    this.breakLongWords = breakLongWords;
    this.breakOnHyphens = breakOnHyphens;
  }

  static Object wrap(Object value, Args args) {
    Object[] bound = args.bind("wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
    if (!Values.isString(value)) {
      throw PyException.type("the filter wordwrap wants a string, not " + Values.typeName(value));
    }
    int width = Numbers.toInt(Args.or(bound[0], 79L), "width");
    if (width <= 0) {
      throw PyException.value("invalid width " + width + " (must be > 0)");
    }
    Object wrap = Args.or(bound[2], null);
    WordWrap wrapper = new WordWrap(width, Values.isTrue(Args.or(bound[1], true)),
        Values.isTrue(Args.or(bound[3], true)));
    List<String> lines = new ArrayList<>();
    for (String line : Text.lines(Values.text(value), false)) {
      lines.add(String.join(PyFormat.str(wrap == null ? "\n" : wrap), wrapper.lines(line)));
    }
    return String.join(PyFormat.str(wrap == null ? "\n" : wrap), lines);
  }

  private List<String> lines(String text) {
    List<String> chunks = chunks(text);
    List<String> lines = new ArrayList<>();
    int i = 0;
    while (i < chunks.size()) {
      if (!lines.isEmpty() && Text.strip(chunks.get(i)).isEmpty()) {
        i++;
        continue;
      }
      List<String> line = new ArrayList<>();
      int length = 0;
      while (i < chunks.size() && length + Text.length(chunks.get(i)) <= width) {
        length += Text.length(chunks.get(i));
        line.add(chunks.get(i++));
      }
      if (i < chunks.size() && Text.length(chunks.get(i)) > width) {
        i += breakLong(chunks, i, line, length);
      }
      if (!line.isEmpty() && Text.strip(line.getLast()).isEmpty()) {
        line.removeLast();
      }
      if (!line.isEmpty()) {
        lines.add(String.join("", line));
      }
    }
    return lines;
  }

  /** Puts what fits of a long chunk on the line; the number of chunks used up. */
  private int breakLong(List<String> chunks, int i, List<String> line, int length) {
    String chunk = chunks.get(i);
    if (!breakLongWords) {
      if (line.isEmpty()) {
        line.add(chunk);
        return 1;
      }
      return 0;
    }
    int room = Math.max(1, width - length);
    int end = Text.offset(chunk, room);
    int hyphen = breakOnHyphens ? chunk.lastIndexOf('-', end - 1) : -1;
    if (hyphen > 0 && !chunk.substring(0, hyphen).replace("-", "").isEmpty()) {
      end = hyphen + 1;
    }
    line.add(chunk.substring(0, end));
    chunks.set(i, chunk.substring(end));
    return 0;
  }

  /** Words, runs of white space, and the parts of hyphenated words. */
  private List<String> chunks(String text) {
    List<String> chunks = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= text.length(); i++) {
      boolean edge = i == text.length() || isBreakSpace(text.charAt(i)) != isBreakSpace(text.charAt(i - 1))
          || breakOnHyphens && isHyphenBreak(text, start, i);
      if (edge) {
        chunks.add(text.substring(start, i));
        start = i;
      }
    }
    return chunks;
  }

  private static boolean isBreakSpace(char c) {
    return c == ' ' || c >= 9 && c <= 13;
  }

  // a letter, a hyphen, and a letter again: the word may end after the hyphen
  private static boolean isHyphenBreak(String text, int start, int i) {
    return i - start >= 3 && text.charAt(i - 1) == '-' && Character.isLetter(text.charAt(i - 2))
        && Character.isLetter(text.charAt(i - 3)) && i + 1 < text.length() && Character.isLetter(text.charAt(i))
        && (Character.isLetter(text.charAt(i + 1)) || text.charAt(i + 1) == '-');
  }
}
