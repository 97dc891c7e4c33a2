package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Python's strings: counted in code points, with its white space, lines and cases. Knows no markup but to keep it. */
final class Text {

  private Text() {}

  /** The text as the original is: markup stays markup. */
  static Object like(Object original, String text) {
    return original instanceof Markup ? new Markup(text) : text;
  }

  static int length(String s) {
    return s.codePointCount(0, s.length());
  }

  /** The char index of a code point index. */
  static int offset(String s, int codePoints) {
    return s.offsetByCodePoints(0, codePoints);
  }

  static String slice(String s, Slice slice) {
    if (slice.length() == 0) {
      return "";
    }
    if (slice.step() == 1) {
      int from = offset(s, slice.start());
      return s.substring(from, s.offsetByCodePoints(from, slice.length()));
    }
    int[] codePoints = s.codePoints().toArray();
    StringBuilder out = new StringBuilder(slice.length());
    for (int i = 0; i < slice.length(); i++) {
      out.appendCodePoint(codePoints[slice.index(i)]);
    }
    return out.toString();
  }

  static String reversed(String s) {
    StringBuilder out = new StringBuilder(s.length());
    for (int i = s.length(); i > 0; ) {
      int c = s.codePointBefore(i);
      out.appendCodePoint(c);
      i -= Character.charCount(c);
    }
    return out.toString();
  }

  static Iterator<Object> characters(Object string) {
    String s = Values.text(string);
    return new Iterator<>() {
      private int pos;

      @Override
      public boolean hasNext() {
        return pos < s.length();
      }

      // CPython iterates markup as plain strings
      @Override
      public Object next() {
        int start = pos;
        pos = s.offsetByCodePoints(pos, 1);
        return s.substring(start, pos);
      }
    };
  }

  /** By code point, where Java's own order is by UTF-16 unit. */
  static int compare(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      if (a.charAt(i) != b.charAt(i)) {
        return Integer.compare(order(a.charAt(i)), order(b.charAt(i)));
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  // surrogates stand for code points above all others
  private static int order(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }

  /** As {@code str.isspace} of one character. */
  static boolean isSpace(int c) {
    if (c < 128) {
      return c == ' ' || c >= 9 && c <= 13 || c >= 28 && c <= 31;
    }
    return c == 0x85 || c == 0xa0 || c == 0x1680 || c >= 0x2000 && c <= 0x200a || c == 0x2028 || c == 0x2029
        || c == 0x202f || c == 0x205f || c == 0x3000;
  }

  static String strip(String s) {
    return stripRight(stripLeft(s));
  }

  static String stripLeft(String s) {
    int from = 0;
    while (from < s.length() && isSpace(s.charAt(from))) {
      from++;
    }
    return s.substring(from);
  }

  static String stripRight(String s) {
    int to = s.length();
    while (to > 0 && isSpace(s.charAt(to - 1))) {
      to--;
    }
    return s.substring(0, to);
  }

  static String stripLeft(String s, String characters) {
    int from = 0;
    while (from < s.length() && characters.indexOf(s.codePointAt(from)) >= 0) {
      from += Character.charCount(s.codePointAt(from));
    }
    return s.substring(from);
  }

  static String stripRight(String s, String characters) {
    int to = s.length();
    while (to > 0 && characters.indexOf(s.codePointBefore(to)) >= 0) {
      to -= Character.charCount(s.codePointBefore(to));
    }
    return s.substring(0, to);
  }

  /** At white space, at most {@code limit} times from the left; without limit where it is negative. */
  static List<String> splitSpace(String s, int limit) {
    List<String> parts = new ArrayList<>();
    String rest = stripLeft(s);
    while (!rest.isEmpty()) {
      int end = 0;
      while (end < rest.length() && !isSpace(rest.charAt(end))) {
        end++;
      }
      if (limit >= 0 && parts.size() >= limit) {
        parts.add(stripRight(rest));
        break;
      }
      parts.add(rest.substring(0, end));
      rest = stripLeft(rest.substring(end));
    }
    return parts;
  }

  static List<String> splitSpaceRight(String s, int limit) {
    List<String> parts = new ArrayList<>();
    String rest = stripRight(s);
    while (!rest.isEmpty()) {
      int start = rest.length();
      while (start > 0 && !isSpace(rest.charAt(start - 1))) {
        start--;
      }
      if (limit >= 0 && parts.size() >= limit) {
        parts.addFirst(stripLeft(rest));
        break;
      }
      parts.addFirst(rest.substring(start));
      rest = stripRight(rest.substring(0, start));
    }
    return parts;
  }

  static List<String> split(String s, String separator, int limit) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = s.indexOf(separator); at >= 0 && (limit < 0 || parts.size() < limit);
        at = s.indexOf(separator, from)) {
      parts.add(s.substring(from, at));
      from = at + separator.length();
    }
    parts.add(s.substring(from));
    return parts;
  }

  static List<String> splitRight(String s, String separator, int limit) {
    List<String> parts = new ArrayList<>();
    int to = s.length();
    while (limit < 0 || parts.size() < limit) {
      int at = to < separator.length() ? -1 : s.lastIndexOf(separator, to - separator.length());
      if (at < 0) {
        break;
      }
      parts.addFirst(s.substring(at + separator.length(), to));
      to = at;
    }
    parts.addFirst(s.substring(0, to));
    return parts;
  }

  static List<String> lines(String s, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < s.length()) {
      int end = from;
      while (end < s.length() && !isLineEnd(s.charAt(end))) {
        end++;
      }
      int next = end;
      if (end < s.length()) {
        next += s.startsWith("\r\n", end) ? 2 : 1;
      }
      lines.add(s.substring(from, keepEnds ? next : end));
      from = next;
    }
    return lines;
  }

  private static boolean isLineEnd(char c) {
    return c >= 10 && c <= 13 || c >= 28 && c <= 30 || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  /** With a limit of replacements, or without where it is negative. */
  static String replace(String s, String old, String by, int limit) {
    if (limit < 0) {
      return s.replace(old, by);
    }
    return old.isEmpty() ? inserted(s, by, limit) : String.join(by, split(s, old, limit));
  }

  private static String inserted(String s, String by, int limit) {
    StringBuilder out = new StringBuilder();
    int done = 0;
    for (int i = 0; i <= s.length(); done++) {
      if (done < limit) {
        out.append(by);
      }
      if (i == s.length()) {
        break;
      }
      out.appendCodePoint(s.codePointAt(i));
      i += Character.charCount(s.codePointAt(i));
    }
    return out.toString();
  }

  static String upper(String s) {
    return s.toUpperCase(Locale.ROOT);
  }

  static String lower(String s) {
    return s.toLowerCase(Locale.ROOT);
  }

  static String capitalize(String s) {
    if (s.isEmpty()) {
      return s;
    }
    int end = offset(s, 1);
    // lowered as a whole, because a final sigma depends on what stands before it
    return titled(s.codePointAt(0)).concat(lower(s).substring(lower(s.substring(0, end)).length()));
  }

  /** As {@code str.title}: what follows no letter is a capital. */
  static String title(String s) {
    StringBuilder out = new StringBuilder(s.length());
    boolean afterLetter = false;
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      out.append(afterLetter ? lower(Character.toString(c)) : titled(c));
      afterLetter = isCased(c);
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static String titled(int c) {
    if (Character.toTitleCase(c) != c || !Character.isLowerCase(c)) {
      return Character.toString(Character.toTitleCase(c));
    }
    // such as the German sharp s: two letters, of which the first is the capital
    String upper = upper(Character.toString(c));
    int first = upper.offsetByCodePoints(0, 1);
    return upper.substring(0, first).concat(lower(upper.substring(first)));
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static String swapCase(String s) {
    StringBuilder out = new StringBuilder(s.length());
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      String one = Character.toString(c);
      out.append(Character.isUpperCase(c) ? lower(one) : Character.isLowerCase(c) ? upper(one) : one);
      i += Character.charCount(c);
    }
    return out.toString();
  }

  static boolean isLower(String s) {
    return hasCase(s, false);
  }

  static boolean isUpper(String s) {
    return hasCase(s, true);
  }

  private static boolean hasCase(String s, boolean upper) {
    boolean found = false;
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      if (Character.isTitleCase(c) || (upper ? Character.isLowerCase(c) : Character.isUpperCase(c))) {
        return false;
      }
      found |= upper ? Character.isUpperCase(c) : Character.isLowerCase(c);
      i += Character.charCount(c);
    }
    return found;
  }

  /** Filled on both sides; an odd place goes where CPython puts it. */
  static String center(String s, int width, String fill) {
    int missing = width - length(s);
    if (missing <= 0) {
      return s;
    }
    Operators.checkLength(width);
    int left = missing / 2 + (missing & width & 1);
    return fill.repeat(left).concat(s).concat(fill.repeat(missing - left));
  }
}
