package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.generate.Engine;
import dev.quipu.hub.Models;
import dev.quipu.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quipu tokenize}: the tokens of a text, or the text of tokens. */
@picocli.CommandLine.Command(name = "tokenize", sortOptions = false, synopsisHeading = "Usage: ",
    customSynopsis = "quipu tokenize [FLAG]… TEXT…",
    header = "The tokens of a text, a line each: its id and what it stands for.",
    footer = "Without a text, it is read from standard input.")
final class TokenizeCommand implements Command {

  @Parameters(paramLabel = "TEXT", description = "words of the text")
  List<String> words = new ArrayList<>();

  @Option(names = "--model", paramLabel = "DIR|ID",
      description = "whose tokenizer; without it, that of the embedded model")
  String model;

  @Option(names = "--ids", paramLabel = "1,2,3", split = ",", description = "the text of these tokens instead")
  List<Integer> ids;

  @Option(names = "--no-special", description = "neither add special tokens nor show them")
  boolean noSpecial;

  @Option(names = "--verbose", description = "give stack traces")
  boolean verbose;

  @Option(names = {"--help", "-h"}, usageHelp = true, description = "this help")
  boolean help;

  @Override
  public void run(Output out) {
    try (Checkpoint checkpoint = Models.open(model)) {
      Tokenizer tokenizer = Engine.tokenizer(checkpoint);
      out.print(ids != null ? decode(tokenizer) : encode(tokenizer));
    }
  }

  private String decode(Tokenizer tokenizer) {
    for (int id : ids) {
      if (id < 0 || id >= tokenizer.vocabSize()) {
        throw new InvalidRequestException(
            "ids", "must be in [0, " + (tokenizer.vocabSize() - 1) + "] but one is " + id);
      }
    }
    return tokenizer.decode(ids.stream().mapToInt(id -> id).toArray(), noSpecial) + "\n";
  }

  private String encode(Tokenizer tokenizer) {
    String text = words.isEmpty() || words.equals(List.of("-")) ? Input.readAll() : String.join(" ", words);
    StringBuilder lines = new StringBuilder();
    for (int id : tokenizer.encode(text, !noSpecial)) {
      lines.append(String.valueOf(id)).append('\t').append(quoted(tokenizer.bytes(id))).append('\n');
    }
    return lines.toString();
  }

  /** In quotes; what is no printable character, or only a part of one, as an escape. */
  static String quoted(byte[] bytes) {
    StringBuilder quoted = new StringBuilder("\"");
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) { // bytes of a character that takes several tokens
      for (byte b : bytes) {
        quoted.append(b >= ' ' && b < 127 ? String.valueOf((char) b) : String.format("\\x%02X", b));
      }
      return quoted.append('"').toString();
    }
    text.codePoints().forEach(c -> quoted.append(escaped(c)));
    return quoted.append('"').toString();
  }

  private static String escaped(int codePoint) {
    return switch (codePoint) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      default -> Character.isISOControl(codePoint)
          ? String.format("\\x%02X", codePoint) : Character.toString(codePoint);
    };
  }
}
