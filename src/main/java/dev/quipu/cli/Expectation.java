package dev.quipu.cli;

import dev.quipu.mask.Position;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What may stand at a place of a JSON document, in words: signs, true, false and null, the strings or keys if there are
 * only a few, else that it may be a string or a number. Asks the position and knows no schema.
 */
final class Expectation {

  private static final int MOST_WORDS = 8;
  private static final int MOST_LENGTH = 200;
  /** A search for strings that comes to more positions gives up. */
  private static final int MOST_POSITIONS = 4000;
  private static final String BLANKS = " \t\n\r";

  private final JsonPlace place;
  private final Position here;
  private final Set<String> alternatives = new LinkedHashSet<>();

  private Expectation(byte[] before, Position here) {
    this.place = JsonPlace.after(before);
    this.here = here;
  }

  /** Such as {@code "," or "}"}. */
  static String describe(byte[] before, Position here) {
    Expectation expectation = new Expectation(before, here);
    if (expectation.place.inString()) {
      expectation.restOfString();
    } else {
      expectation.next();
    }
    return either(expectation.alternatives);
  }

  private void next() {
    if (!place.inNumber()) {
      keys();
    }
    StringBuilder digits = new StringBuilder();
    boolean blank = false;
    for (int b : allowed(here)) {
      if (BLANKS.indexOf(b) >= 0) {
        blank = true;
      } else if (b >= '0' && b <= '9' || b == '-' && !place.inNumber()) {
        digits.append((char) b);
      } else if (b != '"' || place.inNumber()) {
        alternatives.add(Character.isLetter(b) && !place.inNumber() ? word(b) : quoted((char) b));
      }
    }
    digits(digits.toString());
    if (here.complete()) {
      alternatives.add("the end");
    }
    if (alternatives.isEmpty() && blank) {
      alternatives.add("a blank");
    }
  }

  /** Strings, which where a key is due are keys. */
  private void keys() {
    Position inside = here.next('"');
    if (inside != null) {
      Collection<String> words = words(new byte[] {'"'}, inside);
      if (words == null) {
        alternatives.add(place.keyIsDue() ? "a key" : "a string");
      } else {
        alternatives.addAll(words);
      }
    }
  }

  private void restOfString() {
    Collection<String> words = words(place.token(), here);
    if (words != null) {
      alternatives.addAll(words);
      return;
    }
    List<Integer> bytes = allowed(here);
    bytes.remove((Integer) (int) '\\');
    if (bytes.size() > MOST_WORDS || bytes.stream().anyMatch(b -> b > 127)) {
      alternatives.add("another character of the " + (place.isKey() ? "key" : "string"));
      return;
    }
    for (int b : bytes) {
      alternatives.add(b == '"' ? "the end of the " + (place.isKey() ? "key" : "string") : quoted((char) b));
    }
    if (bytes.isEmpty()) {
      alternatives.add("an escape");
    }
  }

  private void digits(String digits) {
    String all = place.inNumber() ? "0123456789" : "-0123456789";
    if (digits.length() > MOST_WORDS || digits.equals(all)) {
      alternatives.add(place.inNumber() ? "a digit" : "a number");
    } else if (!digits.isEmpty()) {
      List<String> signs = digits.chars().mapToObj(c -> String.valueOf((char) c)).toList();
      alternatives.add((place.inNumber() ? "the digit " : "a number that begins with ") + either(signs));
    }
  }

  /** What goes on in one way only, such as true. */
  private String word(int first) {
    StringBuilder word = new StringBuilder(new String(place.token(), StandardCharsets.UTF_8)).append((char) first);
    Position after = here.next(first);
    while (after != null && word.length() < MOST_LENGTH) {
      List<Integer> next = allowed(after);
      if (next.size() != 1 || !Character.isLetter(next.getFirst())) {
        break;
      }
      word.append((char) (int) next.getFirst());
      after = after.next(next.getFirst());
    }
    return word.toString();
  }

  /** A string's beginning, and where it leads. */
  private record Beginning(byte[] bytes, Position at) {

    Beginning and(int b) {
      var longer = new ByteArrayOutputStream();
      longer.writeBytes(bytes);
      longer.write(b);
      return new Beginning(longer.toByteArray(), at.next(b));
    }
  }

  /** All strings that go on from here, as JSON; null if they are more than a few. */
  private static Collection<String> words(byte[] beginning, Position at) {
    Set<String> words = new TreeSet<>();
    Deque<Beginning> left = new ArrayDeque<>();
    left.add(new Beginning(beginning, at));
    for (int seen = 0; !left.isEmpty(); seen++) {
      Beginning here = left.removeFirst();
      for (int b : plainlyAllowed(here.at)) {
        Beginning longer = here.and(b);
        if (b == '"' && !endsInBackslash(here.bytes)) {
          words.add(new String(longer.bytes, StandardCharsets.UTF_8));
        } else {
          left.add(longer);
        }
      }
      if (words.size() > MOST_WORDS || seen + left.size() > MOST_POSITIONS || here.bytes.length > MOST_LENGTH) {
        return null;
      }
    }
    return words;
  }

  /** Without a backslash where a character may stand for itself. */
  private static List<Integer> plainlyAllowed(Position position) {
    List<Integer> bytes = allowed(position);
    if (bytes.size() > 1) {
      bytes.remove((Integer) (int) '\\');
    }
    return bytes;
  }

  private static boolean endsInBackslash(byte[] bytes) {
    int count = 0;
    for (int i = bytes.length - 1; i >= 0 && bytes[i] == '\\'; i--) {
      count++;
    }
    return count % 2 == 1;
  }

  private static List<Integer> allowed(Position position) {
    List<Integer> allowed = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      if (position.next(b) != null) {
        allowed.add(b);
      }
    }
    return allowed;
  }

  private static String quoted(char sign) {
    return "\"" + sign + "\"";
  }

  private static String either(Collection<String> alternatives) {
    List<String> all = List.copyOf(alternatives);
    int last = all.size() - 1;
    return switch (all.size()) {
      case 0 -> "nothing";
      case 1 -> all.getFirst();
      default -> String.join(", ", all.subList(0, last)) + " or " + all.get(last);
    };
  }
}
