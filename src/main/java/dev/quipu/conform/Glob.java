package dev.quipu.conform;

import java.util.regex.Pattern;

/** A pattern of names: {@code *} stands for any characters, {@code /} and {@code .} too, and {@code ?} for one. */
public final class Glob {

  private final Pattern pattern;

  public Glob(String glob) {
    StringBuilder regex = new StringBuilder();
    glob.codePoints().forEach(c -> regex.append(switch (c) {
      case '*' -> ".*";
      case '?' -> ".";
      default -> Pattern.quote(Character.toString(c));
    }));
    pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  public boolean matches(String name) {
    return pattern.matcher(name).matches();
  }
}
