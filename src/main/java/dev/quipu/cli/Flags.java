package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The flags and words of one call, as the user typed them, or a request in the words of flags, as a line of JSON gives
 * it. Of a flag given twice, the last value counts.
 */
final class Flags {

  /** Letters that a wrong flag and a right one must begin with alike for the one to be suggested. */
  private static final int ALIKE = 4;

  /** Parameters of the library whose flags have other names. */
  private static final Map<String, String> ALIASES = Map.of(
      "top_logprobs", "logprobs", "max_sequences", "batch-size", "acceptance", "draft-acceptance",
      "overflow", "context-overflow");

  /**
   * How a flag was given.
   *
   * @param name    {@code --top-p}, {@code -m}; {@code top_p} in JSON
   * @param values  texts, or a JSON object; none of a toggle
   * @param escaped whether \n may stand for a line break: a shell has no escapes, JSON has its own
   */
  record Given(String name, List<?> values, boolean escaped) {}

  private final Syntax syntax;
  private final Map<String, Given> given; // by the flag's long name
  private final List<String> words;
  private final boolean json;

  private Flags(Syntax syntax, Map<String, Given> given, List<String> words, boolean json) {
    this.syntax = syntax;
    this.given = given;
    this.words = words;
    this.json = json;
  }

  /** @throws UsageException if a flag is unknown or lacks its value */
  static Flags parse(Syntax syntax, List<String> args) {
    CommandLine parsed = parsed(syntax, args);
    Map<String, Given> given = new HashMap<>();
    for (Option flag : syntax.flags()) {
      if (parsed.hasOption(flag)) {
        String[] values = parsed.getOptionValues(flag);
        given.put(flag.getLongOpt(), new Given(name(flag, args), values == null ? List.of() : List.of(values), true));
      }
    }
    return new Flags(syntax, given, parsed.getArgList(), false);
  }

  private static CommandLine parsed(Syntax syntax, List<String> args) {
    Options options = new Options();
    for (Option flag : syntax.flags()) {
      options.addOption(flag);
    }
    DefaultParser parser =
        DefaultParser.builder().setAllowPartialMatching(false).setStripLeadingAndTrailingQuotes(false).get();
    try {
      return parser.parse(options, args.toArray(new String[0]));
    } catch (UnrecognizedOptionException e) {
      throw usage(syntax, "There is no flag " + e.getOption()
          + suggestions(syntax.flags(), e.getOption(), flag -> "--" + flag.getLongOpt()));
    } catch (MissingArgumentException e) {
      String name = name(e.getOption(), args);
      throw usage(syntax, name + " needs a value: " + name + " " + e.getOption().getArgName());
    } catch (ParseException e) {
      throw usage(syntax, e.getMessage());
    }
  }

  /**
   * A request of its own, for which these flags are the defaults.
   *
   * @param object values by the names of flags, with - or _ between words
   * @param known  the flags that a request may have
   * @throws UsageException if a name is unknown or a value not of its kind
   */
  Flags with(Map<?, ?> object, List<Option> known) {
    Map<String, Given> all = new HashMap<>(given);
    new JsonFlags(syntax, known).read(object).forEach((flag, value) -> all.compute(flag, (_, _) -> value.orElse(null)));
    return new Flags(syntax, all, List.of(), true);
  }

  /** The flags that begin most like a wrong one. */
  static String suggestions(List<Option> flags, String wrong, Function<Option, String> name) {
    String word = wrong.replaceFirst("^-+", "");
    int most = Math.max(2, Math.min(ALIKE, word.length()));
    List<String> alike = new ArrayList<>();
    for (Option flag : flags) {
      int common = common(flag.getLongOpt(), word);
      if (common > most) {
        alike.clear();
        most = common;
      }
      if (common == most) {
        alike.add(name.apply(flag));
      }
    }
    return alike.isEmpty() ? "" : "; there is " + String.join(", ", alike);
  }

  private static int common(String a, String b) {
    int i = 0;
    while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i;
  }

  static UsageException usage(Syntax syntax, String problem) {
    return new UsageException(problem + "; quipu help " + syntax.name() + " shows the flags");
  }

  /** That the flags do not go together. */
  UsageException contradiction(String problem) {
    return usage(syntax, problem);
  }

  void refuseTogether(String flag, String other) {
    if (has(flag) && has(other)) {
      throw contradiction(typed(flag) + " and " + typed(other) + " contradict each other");
    }
  }

  boolean has(String flag) {
    return given.containsKey(flag);
  }

  /** What is no flag and no value of one. */
  List<String> words() {
    return words;
  }

  /** The value of a flag, or null. */
  String text(String flag) {
    List<String> all = texts(flag);
    return all.isEmpty() ? null : all.getLast();
  }

  /** All values of a flag. */
  List<String> texts(String flag) {
    return values(flag).stream().map(String::valueOf).toList();
  }

  /** All values of a flag as they were given: null if it was not. */
  List<?> values(String flag) {
    return has(flag) ? given.get(flag).values() : List.of();
  }

  /** All values of a flag; what a shell cannot say is said by \n and \t, as in mlx_lm/generate.py, main. */
  List<String> unescaped(String flag) {
    return has(flag) && given.get(flag).escaped()
        ? texts(flag).stream().map(text -> text.replace("\\n", "\n").replace("\\t", "\t")).toList() : texts(flag);
  }

  /** The JSON object that a flag gives; nothing if it does not. */
  Map<?, ?> object(String flag) {
    if (!has(flag)) {
      return Map.of();
    }
    try {
      Object value = given.get(flag).values().getLast();
      if ((value instanceof String text ? Json.parse(text, typed(flag)) : value) instanceof Map<?, ?> map) {
        return map;
      }
    } catch (QuipuException e) {
      // no JSON at all: refused as any other value that is no object
    }
    throw new InvalidRequestException(flag.replace('-', '_'), "must be a JSON object but is " + text(flag));
  }

  int integer(String flag, int absent) {
    BigInteger value = whole(flag, 31);
    return value == null ? absent : value.intValueExact();
  }

  /** The integers of a list such as 1,2,3, or null. */
  int[] integers(String flag) {
    String text = text(flag);
    return text == null ? null : integers(flag, text);
  }

  /** The integers of all lists that the flag was given. */
  List<Integer> allIntegers(String flag, int absent) {
    List<Integer> all = new ArrayList<>();
    for (String text : texts(flag)) {
      for (int integer : integers(flag, text)) {
        all.add(integer);
      }
    }
    return all.isEmpty() ? List.of(absent) : all;
  }

  private int[] integers(String flag, String text) {
    String[] parts = text.split(",", -1);
    int[] integers = new int[parts.length];
    for (int i = 0; i < integers.length; i++) {
      try {
        integers[i] = Integer.parseInt(parts[i].strip());
      } catch (NumberFormatException e) {
        throw mustBe(flag, "integers", text);
      }
    }
    return integers;
  }

  /** The value of a flag, or null; all 64 bits count, so 2^64-1 and -1 are the same. */
  Long longOrNull(String flag) {
    BigInteger value = whole(flag, 64);
    return value == null ? null : value.longValue();
  }

  /** The value of a flag that needs no more bits than these, besides a sign; or null. */
  private BigInteger whole(String flag, int bits) {
    String text = text(flag);
    if (text == null) {
      return null;
    }
    try {
      BigInteger value = new BigInteger(text);
      if (value.bitLength() <= bits) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw mustBe(flag, "an integer", text);
    }
    throw mustBe(flag, "an integer below 2^" + bits, text);
  }

  double number(String flag, double absent) {
    String text = text(flag);
    if (text == null) {
      return absent;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw mustBe(flag, "a number", text);
    }
  }

  /** One of the enum's values, in any case. */
  <E extends Enum<E>> E choice(String flag, E absent) {
    String text = text(flag);
    if (text == null) {
      return absent;
    }
    List<String> names = new ArrayList<>();
    for (E value : absent.getDeclaringClass().getEnumConstants()) {
      if (value.name().equalsIgnoreCase(text.replace('-', '_'))) {
        return value;
      }
      names.add(value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    throw mustBe(flag, either(names), text);
  }

  private static String either(List<String> names) {
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /** That a flag's value is not of its kind. */
  UsageException mustBe(String flag, String kind, String found) {
    return usage(syntax, typed(flag) + " must be " + kind + " but is \"" + found + "\"");
  }

  /** The one word that the command takes. */
  String requireWord(String label) {
    if (words().size() != 1) {
      throw usage(syntax, "quipu " + syntax.name() + " needs one " + label + " but got "
          + (words().isEmpty() ? "none" : "\"" + String.join("\", \"", words()) + "\""));
    }
    return words().getFirst();
  }

  /** Refuses words where the command takes none. */
  void requireNoWords() {
    if (!words().isEmpty()) {
      String words = String.join(" ", words());
      throw usage(syntax, "\"" + words + "\" is no flag of quipu " + syntax.name()
          + "; to give the model these words: quipu generate " + syntax.name() + " " + words);
    }
  }

  /** The flag that sets a parameter of a request: {@code --top-p} for {@code top_p}; {@code -m} if that was typed. */
  String typed(String parameter) {
    String longName = ALIASES.getOrDefault(parameter, parameter.replace('_', '-'));
    if (has(longName)) {
      return given.get(longName).name();
    }
    if (json || syntax.flags().stream().noneMatch(flag -> flag.getLongOpt().equals(longName))) {
      return parameter;
    }
    return longName.equals("prompt") ? "The prompt" : "--" + longName;
  }

  /** The name under which a flag was given. */
  private static String name(Option flag, List<String> args) {
    String longName = "--" + flag.getLongOpt();
    String shortName = flag.getOpt() == null ? null : "-" + flag.getOpt();
    for (String arg : args) {
      if (arg.equals(longName) || arg.startsWith(longName + "=")) {
        return longName;
      }
      if (shortName != null && arg.startsWith(shortName)) {
        return shortName;
      }
    }
    return longName;
  }
}
