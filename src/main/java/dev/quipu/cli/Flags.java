package dev.quipu.cli;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** The flags and words of one call, as the user typed them. Of a flag given twice, the last value counts. */
final class Flags {

  /** Letters that a wrong flag and a right one must begin with alike for the one to be suggested. */
  private static final int ALIKE = 4;

  private final Syntax syntax;
  private final List<String> args;
  private final CommandLine values;

  private Flags(Syntax syntax, List<String> args, CommandLine values) {
    this.syntax = syntax;
    this.args = args;
    this.values = values;
  }

  /** @throws UsageException if a flag is unknown or lacks its value */
  static Flags parse(Syntax syntax, List<String> args) {
    Options options = new Options();
    for (Option flag : syntax.flags()) {
      options.addOption(flag);
    }
    DefaultParser parser =
        DefaultParser.builder().setAllowPartialMatching(false).setStripLeadingAndTrailingQuotes(false).get();
    try {
      return new Flags(syntax, args, parser.parse(options, args.toArray(new String[0])));
    } catch (UnrecognizedOptionException e) {
      throw usage(syntax, "There is no flag " + e.getOption() + suggestions(syntax, e.getOption()));
    } catch (MissingArgumentException e) {
      String name = name(e.getOption(), args);
      throw usage(syntax, name + " needs a value: " + name + " " + e.getOption().getArgName());
    } catch (ParseException e) {
      throw usage(syntax, e.getMessage());
    }
  }

  private static String suggestions(Syntax syntax, String wrong) {
    List<String> alike = new ArrayList<>();
    String beginning = wrong.replaceFirst("^-+", "");
    beginning = beginning.substring(0, Math.min(ALIKE, beginning.length()));
    for (Option flag : syntax.flags()) {
      if (beginning.length() > 1 && flag.getLongOpt().startsWith(beginning)) {
        alike.add("--" + flag.getLongOpt());
      }
    }
    return alike.isEmpty() ? "" : "; there is " + String.join(", ", alike);
  }

  private static UsageException usage(Syntax syntax, String problem) {
    return new UsageException(problem + "; quipu help " + syntax.name() + " shows the flags");
  }

  boolean has(String flag) {
    return values.hasOption(flag);
  }

  /** What is no flag and no value of one. */
  List<String> words() {
    return values.getArgList();
  }

  /** The value of a flag, or null. */
  String text(String flag) {
    String[] all = values.getOptionValues(flag);
    return all == null ? null : all[all.length - 1];
  }

  /** All values of a flag. */
  List<String> texts(String flag) {
    String[] all = values.getOptionValues(flag);
    return all == null ? List.of() : List.of(all);
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
      if (value.name().equalsIgnoreCase(text)) {
        return value;
      }
      names.add(value.name().toLowerCase(Locale.ROOT));
    }
    throw mustBe(flag, String.join(" or ", names), text);
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
    String longName = parameter.replace('_', '-');
    for (Option flag : syntax.flags()) {
      if (flag.getLongOpt().equals(longName)) {
        return name(flag, args);
      }
    }
    return parameter;
  }

  /** The name under which the flag was given, or else its long one; a prompt may be given without any. */
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
    return longName.equals("--prompt") ? "The prompt" : longName;
  }
}
