package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.generate.Engine;
import dev.quipu.hub.Models;
import dev.quipu.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code quipu tokenize}: the tokens of a text, or the text of tokens. */
final class TokenizeCommand implements Command {

  private static final Syntax SYNTAX = new Syntax("tokenize", "tokenize [FLAG]… TEXT…",
      "The tokens of a text, a line each: its id and what it stands for.",
      "Without a text, it is read from standard input.",
      Syntax.join(List.of(
          Syntax.flag("model", "DIR|ID", "whose tokenizer; without it, that of the embedded model"),
          Syntax.flag("ids", "1,2,3", "the text of these tokens instead"),
          Syntax.toggle("no-special", "neither add special tokens nor show them"),
          Syntax.VERBOSE)));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    int[] ids = flags.integers("ids");
    boolean special = !flags.has("no-special");
    try (Checkpoint checkpoint = Models.open(flags.text("model"))) {
      Tokenizer tokenizer = Engine.tokenizer(checkpoint);
      out.print(ids != null ? decode(tokenizer, ids, special) : encode(tokenizer, flags.words(), special));
    }
    return Failures.DONE;
  }

  private static String decode(Tokenizer tokenizer, int[] ids, boolean special) {
    for (int id : ids) {
      if (id < 0 || id >= tokenizer.vocabSize()) {
        throw new InvalidRequestException(
            "ids", "must be in [0, " + (tokenizer.vocabSize() - 1) + "] but one is " + id);
      }
    }
    return tokenizer.decode(ids, !special) + "\n";
  }

  private static String encode(Tokenizer tokenizer, List<String> words, boolean special) {
    String text = words.isEmpty() || words.equals(List.of("-")) ? Input.readAll() : String.join(" ", words);
    StringBuilder lines = new StringBuilder();
    for (int id : tokenizer.encode(text, special)) {
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
    return quoted(text);
  }

  /** In quotes; what is no printable character as an escape. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
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
