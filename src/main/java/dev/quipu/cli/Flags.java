package dev.quipu.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The names of flags, as the user typed them. */
final class Flags {

  private final CommandSpec command;
  private final List<String> args;

  Flags(CommandSpec command, List<String> args) {
    this.command = command;
    this.args = args;
  }

  /** The flag that sets a parameter of a request: {@code --top-p} for {@code top_p}; {@code -m} if that was typed. */
  String typed(String parameter) {
    OptionSpec option = command.findOption(longName(parameter));
    return option == null ? parameter : typed(option);
  }

  /** The name under which the option was given, or else its long one; a prompt may be given without any. */
  String typed(OptionSpec option) {
    for (String arg : args) {
      for (String name : option.names()) {
        if (arg.equals(name) || arg.startsWith(name + "=") || (name.length() == 2 && arg.startsWith(name))) {
          return name;
        }
      }
    }
    return option.longestName().equals("--prompt") ? "The prompt" : option.longestName();
  }

  private static String longName(String parameter) {
    return "--" + parameter.replace('_', '-');
  }
}
