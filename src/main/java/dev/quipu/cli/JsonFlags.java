package dev.quipu.cli;

import dev.quipu.cli.Flags.Given;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.Option;

/** Flags as a JSON object gives them: {@code {"max_tokens": 20, "stop": ["a", "b"]}}. */
final class JsonFlags {

  private final Syntax syntax;
  private final List<Option> known;

  /** @param known those that may be there */
  JsonFlags(Syntax syntax, List<Option> known) {
    this.syntax = syntax;
    this.known = known;
  }

  /**
   * The values by the flags' long names; an empty one takes a default away, as null does and false.
   *
   * @throws UsageException if a name is unknown or a value not of its kind
   */
  Map<String, Optional<Given>> read(Map<?, ?> object) {
    Map<String, Optional<Given>> all = new HashMap<>();
    object.forEach((key, value) -> {
      Option flag = flag((String) key);
      if (all.put(flag.getLongOpt(), given(flag, (String) key, value)) != null) {
        throw Flags.usage(syntax, key + " is given twice");
      }
    });
    return all;
  }

  private Option flag(String key) {
    String longName = key.replace('_', '-');
    for (Option flag : known) {
      if (flag.getLongOpt().equals(longName)) {
        return flag;
      }
    }
    for (Option flag : syntax.flags()) {
      if (flag.getLongOpt().equals(longName)) {
        throw Flags.usage(syntax, key + " is no parameter of one request: --" + longName + " sets it for all of them");
      }
    }
    throw Flags.usage(syntax, "There is no parameter " + key
        + Flags.suggestions(known, longName, flag -> flag.getLongOpt().replace('-', '_')));
  }

  private Optional<Given> given(Option flag, String key, Object value) {
    if (value == null || !flag.hasArg() && value.equals(false)) {
      return Optional.empty();
    }
    List<?> values = values(flag, value);
    if (values == null) {
      throw Flags.usage(syntax, key + " must be " + kind(flag) + " but is \"" + value + "\"");
    }
    return Optional.of(new Given(key, values, false));
  }

  /** What the command line would give; null if the value is not of the flag's kind. */
  private static List<?> values(Option flag, Object value) {
    if (!flag.hasArg()) {
      return value.equals(true) ? List.of() : null;
    }
    Object type = flag.getType();
    if (type == Number.class) {
      return value instanceof Number ? List.of(value.toString()) : null;
    }
    if (type == Map.class) {
      return List.of(value); // judged by who reads it
    }
    if (type == List.class && value instanceof List<?> list) {
      return list.stream().allMatch(String.class::isInstance) ? list : null;
    }
    return value instanceof String ? List.of(value) : null;
  }

  private static String kind(Option flag) {
    Object type = flag.getType();
    return !flag.hasArg() ? "true or false"
        : type == Number.class ? "a number" : type == List.class ? "a string or a list of strings" : "a string";
  }
}
