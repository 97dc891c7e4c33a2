package dev.quipu.cli;

import dev.quipu.QuipuException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The command line: finds the sub-command, hands it its flags, and turns what goes wrong into one message and an exit
 * code. Only the flags of the sub-command that was asked for are set up. Knows no model.
 */
public final class Main {

  /** The first word of two commands. */
  private static final String SCHEMA = "schema";

  private Main() {}

  public static void main(String[] args) {
    System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    System.exit(run(Arguments.asTyped(args), new Output(new FileOutputStream(FileDescriptor.out))));
  }

  /** @return the exit code */
  static int run(List<String> args, Output out) {
    try {
      return args.isEmpty() ? runBare(out) : dispatch(args, out);
    } catch (Output.Closed e) {
      return Failures.DONE;
    } catch (QuipuException | Output.Failed e) { // before there is a command
      return fail(e, null, false);
    }
  }

  /** Without arguments: what is piped in is the prompt; nothing is, so help is wanted. */
  private static int runBare(Output out) {
    String piped = Posix.isTerminal(Posix.STDIN) ? "" : Input.readAll();
    if (!piped.isBlank()) {
      return run(new GenerateCommand(), List.of("--", piped), out);
    }
    out.print(HelpText.SHORT);
    return Failures.DONE;
  }

  private static int dispatch(List<String> args, Output out) {
    List<String> rest = args.subList(wordsOfName(args), args.size());
    Command command = command(args);
    if (command != null) {
      return run(command, rest, out);
    }
    switch (args.getFirst()) {
      case SCHEMA -> {
        System.err.println("quipu schema needs to know what to do: quipu help schema check, quipu help schema bench");
        return Failures.USAGE;
      }
      case "help", "--help", "-h" -> {
        return help(rest, out);
      }
      case "--version", "-V" -> {
        out.println("quipu " + HelpText.version());
        return Failures.DONE;
      }
      default -> {
        return run(new GenerateCommand(), args, out);
      }
    }
  }

  private static int wordsOfName(List<String> args) {
    return args.getFirst().equals(SCHEMA) && args.size() > 1 ? 2 : 1;
  }

  /** The command whose name the words begin with, or null. */
  private static Command command(List<String> words) {
    return switch (String.join(" ", words.subList(0, wordsOfName(words)))) {
      case "generate" -> new GenerateCommand();
      case "chat" -> new ChatCommand();
      case "cache-prompt" -> new CachePromptCommand();
      case "tokenize" -> new TokenizeCommand();
      case "list" -> new ListCommand();
      case "trace" -> new TraceCommand();
      case "perplexity" -> new PerplexityCommand();
      case "bench" -> new BenchCommand();
      case "conform" -> new ConformCommand();
      case "schema check" -> new SchemaCheckCommand();
      case "schema bench" -> new SchemaBenchCommand();
      default -> null;
    };
  }

  private static int help(List<String> args, Output out) {
    if (args.isEmpty()) {
      out.print(HelpText.LONG);
      return Failures.DONE;
    }
    Command command = command(args);
    if (command == null) {
      System.err.println("There is no command " + args.getFirst() + "; there are generate, chat, cache-prompt, tokenize, list,"
          + " trace, perplexity, bench, conform, schema check, schema bench, help. To give the model these words:"
          + " quipu generate help " + String.join(" ", args));
      return Failures.USAGE;
    }
    out.print(command.syntax().help());
    return Failures.DONE;
  }

  private static int run(Command command, List<String> args, Output out) {
    Flags flags = null;
    try {
      flags = Flags.parse(command.syntax(), args);
      if (flags.has("help")) {
        out.print(command.syntax().help());
        return Failures.DONE;
      }
      return command.run(flags, out);
    } catch (Output.Closed e) {
      return Failures.DONE;
    } catch (Throwable e) {
      return fail(e, flags, args.contains("--verbose"));
    }
  }

  private static int fail(Throwable e, Flags flags, boolean verbose) {
    System.err.println(Failures.message(e, flags));
    if (verbose) {
      e.printStackTrace();
    }
    return Failures.exitCode(e);
  }

  static long millisecondsSinceStart() {
    return System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
  }
}
