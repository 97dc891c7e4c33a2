package dev.quipu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/**
 * How a command is called: its name, what it does and its flags, in the order of its help. Knows no value.
 *
 * @param synopsis what follows {@code quipu}
 * @param purpose  one sentence
 * @param remark   what else there is to know, or the empty string
 */
record Syntax(String name, String synopsis, String purpose, String remark, List<Group> groups) {

  /** Flags under a heading, which may be the empty string. */
  record Group(String heading, List<Option> flags) {}

  private static final int WIDTH = 110;
  private static final String INDENT = "  ";

  /** A flag with a value, such as {@code flag("system-prompt", "TEXT", "what the model is told")}. */
  static Option flag(String name, String label, String description) {
    return flag(null, name, label, description);
  }

  /** A flag with a value that has a short name too. */
  static Option flag(String letter, String name, String label, String description) {
    return Option.builder(letter).longOpt(name).hasArg().argName(label).desc(description).get();
  }

  /** A flag whose value is a number. */
  static Option number(String name, String label, String description) {
    return number(null, name, label, description);
  }

  /** A flag whose value is a number, and that has a short name too. */
  static Option number(String letter, String name, String label, String description) {
    return Option.builder(letter).longOpt(name).hasArg().argName(label).desc(description).type(Number.class).get();
  }

  /** A flag whose value is a JSON object. */
  static Option object(String name, String description) {
    return json(name, "JSON", description);
  }

  /** A flag whose value is a text; in JSON it may be a value of JSON. */
  static Option json(String name, String label, String description) {
    return Option.builder().longOpt(name).hasArg().argName(label).desc(description).type(Map.class).get();
  }

  /** A flag that may be repeated: each time a text. */
  static Option texts(String name, String label, String description) {
    return Option.builder().longOpt(name).hasArg().argName(label).desc(description).type(List.class).get();
  }

  /** A flag with one value or several. */
  static Option list(String name, String label, String description) {
    return Option.builder().longOpt(name).hasArgs().argName(label).desc(description).type(List.class).get();
  }

  /** A flag without a value. */
  static Option toggle(String name, String description) {
    return Option.builder().longOpt(name).desc(description).get();
  }

  /** The flags of a command that has all of these, and --help; without headings. */
  @SafeVarargs
  static List<Group> join(List<Option>... lists) {
    List<Option> all = new ArrayList<>();
    for (List<Option> list : lists) {
      all.addAll(list);
    }
    all.add(HELP);
    return List.of(new Group("", all));
  }

  /** Groups of flags, the last with --help. */
  static List<Group> grouped(Group... groups) {
    List<Group> all = new ArrayList<>(List.of(groups));
    Group last = all.removeLast();
    all.add(new Group(last.heading(), join(last.flags()).getFirst().flags()));
    return all;
  }

  /** All of the flags. */
  List<Option> flags() {
    return groups.stream().flatMap(group -> group.flags().stream()).toList();
  }

  static final Option VERBOSE = toggle("verbose", "say what is done, and give stack traces");

  static final Option HELP = Option.builder("h").longOpt("help").desc("this help").get();

  /** What {@code quipu help NAME} prints. */
  String help() {
    StringBuilder help = new StringBuilder();
    help.append("Usage: quipu ").append(synopsis).append('\n').append(purpose).append('\n');
    int column = 0;
    for (Option flag : flags()) {
      column = Math.max(column, names(flag).length());
    }
    for (Group group : groups) {
      help.append(group.heading().isEmpty() ? "" : "\n" + group.heading() + ":\n");
      for (Option flag : group.flags()) {
        String names = names(flag);
        help.append(INDENT).append(names).append(" ".repeat(column - names.length())).append(INDENT);
        appendWrapped(help, flag.getDescription(), column + 2 * INDENT.length());
      }
    }
    return remark.isEmpty() ? help.toString() : help.append('\n').append(remark).append('\n').toString();
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
