package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import java.util.List;

/**
 * Finds the first of some strings in a text that comes in parts, and gives the text out up to it. What could still
 * become one of them is held back. Where several begin at different places the first place counts, however the text was
 * cut into parts; where several begin at the same place the first of the list does.
 */
final class StopStrings {

  private final List<String> strings;
  private final StringBuilder held = new StringBuilder();
  private String found;

  StopStrings(List<String> strings) {
    this.strings = strings;
  }

  static List<String> checked(List<String> strings) {
    for (String string : strings) {
      if (string == null || string.isEmpty()) {
        throw new InvalidRequestException("stop", "must not hold an empty string");
      }
    }
    return List.copyOf(strings);
  }

  /** More text. Returns what is certain to stand before any of the strings; nothing comes once one is found. */
  String push(String part) {
    if (found != null || strings.isEmpty()) {
      return found == null ? part : "";
    }
    held.append(part);
    int at = 0;
    while (at < held.length() && !matches(at) && !mayBegin(at)) {
      at++;
    }
    return take(at);
  }

  /** The text ends here: the rest, up to a string that is in it. */
  String finish() {
    if (found != null) {
      return "";
    }
    int at = 0;
    while (at < held.length() && !matches(at)) {
      at++;
    }
    return take(at);
  }

  /** The string that was found, or null. */
  String found() {
    return found;
  }

  private String take(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }

  private boolean matches(int at) {
    for (String string : strings) {
      if (held.length() - at >= string.length() && common(string, at) == string.length()) {
        found = string;
        return true;
      }
    }
    return false;
  }

  private boolean mayBegin(int at) {
    int rest = held.length() - at;
    return strings.stream().anyMatch(string -> rest < string.length() && common(string, at) == rest);
  }

  private int common(String string, int at) {
    int length = Math.min(string.length(), held.length() - at);
    int i = 0;
    while (i < length && string.charAt(i) == held.charAt(at + i)) {
      i++;
    }
    return i;
  }
}
