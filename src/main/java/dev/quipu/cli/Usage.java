package dev.quipu.cli;

import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in quipu's words: picocli knows which argument it is. */
final class Usage {

  private Usage() {}

  static String message(ParameterException e, Flags flags) {
    String command = e.getCommandLine().getCommandName();
    return problem(e, flags, command) + "; quipu help " + command + " shows the flags";
  }

  private static String problem(ParameterException e, Flags flags, String command) {
    return switch (e) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
      case MissingParameterException missing when !missing.getMissing().isEmpty() -> missing(missing, flags);
      default -> e.getArgSpec() instanceof OptionSpec option && e.getValue() != null
          ? flags.typed(option) + " must be " + kind(option) + " but is \"" + e.getValue() + "\""
          : e.getMessage();
    };
  }

  private static String unmatched(UnmatchedArgumentException e, String command) {
    String first = e.getUnmatched().getFirst();
    if (!first.startsWith("-")) {
      return "\"" + String.join(" ", e.getUnmatched()) + "\" is no flag of quipu " + command
          + "; to give the model these words: quipu generate " + command + " " + String.join(" ", e.getUnmatched());
    }
    String like = e.getSuggestions().isEmpty() ? "" : "; there is " + String.join(", ", e.getSuggestions());
    return "There is no flag " + first + like;
  }

  private static String missing(MissingParameterException e, Flags flags) {
    ArgSpec argument = e.getMissing().getFirst();
    String name = argument instanceof OptionSpec option ? flags.typed(option) : argument.paramLabel();
    return name + " needs a value: " + name + " " + argument.paramLabel();
  }

  private static String kind(OptionSpec option) {
    Class<?> type = option.type();
    if (type.isEnum()) {
      return option.paramLabel().replace("|", " or ");
    }
    return type == double.class ? "a number" : "an integer";
  }
}
