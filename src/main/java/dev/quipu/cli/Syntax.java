package dev.quipu.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;

/**
 * How a command is called: its name, what it does and its flags, in the order of its help. Knows no value.
 *
 * @param synopsis what follows {@code quipu}
 * @param purpose  one sentence
 * @param remark   what else there is to know, or the empty string
 */
record Syntax(String name, String synopsis, String purpose, String remark, List<Option> flags) {

  private static final int WIDTH = 110;
  private static final String INDENT = "  ";

  /** A flag with a value, such as {@code flag("temp", "T", "temperature")}. */
  static Option flag(String name, String label, String description) {
    return flag(null, name, label, description);
  }

  /** A flag with a value that has a short name too. */
  static Option flag(String letter, String name, String label, String description) {
    return Option.builder(letter).longOpt(name).hasArg().argName(label).desc(description).get();
  }

  /** A flag with one value or several. */
  static Option list(String name, String label, String description) {
    return Option.builder().longOpt(name).hasArgs().argName(label).desc(description).get();
  }

  /** A flag without a value. */
  static Option toggle(String name, String description) {
    return Option.builder().longOpt(name).desc(description).get();
  }

  /** The flags of a command that has all of these, and --help. */
  @SafeVarargs
  static List<Option> join(List<Option>... groups) {
    List<Option> all = new ArrayList<>();
    for (List<Option> group : groups) {
      all.addAll(group);
    }
    all.add(HELP);
    return all;
  }

  static final Option VERBOSE = toggle("verbose", "say what is done, and give stack traces");

  static final Option HELP = Option.builder("h").longOpt("help").desc("this help").get();

  /** What {@code quipu help NAME} prints. */
  String help() {
    StringBuilder help = new StringBuilder();
    help.append("Usage: quipu ").append(synopsis).append('\n').append(purpose).append('\n');
    int column = 0;
    for (Option flag : flags) {
      column = Math.max(column, names(flag).length());
    }
    for (Option flag : flags) {
      String names = names(flag);
      help.append(INDENT).append(names).append(" ".repeat(column - names.length())).append(INDENT);
      appendWrapped(help, flag.getDescription(), column + 2 * INDENT.length());
    }
    return remark.isEmpty() ? help.toString() : help.append(remark).append('\n').toString();
  }

  private static String names(Option flag) {
    String names = (flag.getOpt() == null ? "    " : "-" + flag.getOpt() + ", ") + "--" + flag.getLongOpt();
    return flag.hasArg() ? names + " " + flag.getArgName() : names;
  }

  /** The text from this column on, broken between words. */
  private static void appendWrapped(StringBuilder help, String text, int column) {
    int at = column;
    for (String word : text.split(" ")) {
      if (at > column && at + 1 + word.length() > WIDTH) {
        help.append('\n').append(" ".repeat(column));
        at = column;
      } else if (at > column) {
        help.append(' ');
        at++;
      }
      help.append(word);
      at += word.length();
    }
    help.append('\n');
  }
}
