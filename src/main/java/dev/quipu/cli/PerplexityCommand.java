package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.Perplexity;
import dev.quipu.generate.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** {@code quipu perplexity}: how well a model foresees a text. */
final class PerplexityCommand implements Command {

  private static final Syntax SYNTAX = new Syntax("perplexity", "perplexity [FLAG]… FILE",
      "How well a model foresees a text: exp of the mean of −log p(token | those before it).",
      """
          FILE is a text in UTF-8; - reads standard input. It is taken as it is, with the special tokens that the
          tokenizer adds, and cut into windows that do not overlap. Each is read from nothing, so its first token is
          given and not judged, as in mlx_lm.perplexity. That takes chat datasets, and leaves out a last window that
          is not full; here it counts, unless it is a single token. ± is the standard error, as if tokens were
          independent.""",
      Syntax.join(
          List.of(
              Syntax.flag("sequence-length", "N", "tokens a window (" + Perplexity.DEFAULT_SEQUENCE_LENGTH + ")")),
          KvOptions.FLAGS,
          ModelOptions.LOADING));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    String file = flags.requireWord("FILE");
    int sequenceLength = flags.integer("sequence-length", Perplexity.DEFAULT_SEQUENCE_LENGTH);
    if (sequenceLength < 2) {
      throw new InvalidRequestException("sequence_length", "must be at least 2 but is " + sequenceLength);
    }
    ModelOptions model = new ModelOptions(flags);
    String text = file.equals("-") ? Input.readAll() : read(file);
    try (Engine engine = model.load()) {
      int[] ids = engine.encode(new Prompt.Text(text));
      if (ids.length < 2) {
        throw new QuipuException(file + ": a text of two tokens at least is needed, this one has " + ids.length);
      }
      out.print(report(measure(engine, ids, sequenceLength), ids.length, sequenceLength));
    }
    return Failures.DONE;
  }

  private static Perplexity measure(Engine engine, int[] ids, int sequenceLength) {
    if (ids.length % sequenceLength == 1) {
      System.err.println("The last window has a single token, which leaves nothing to foresee: it is dropped");
    }
    try (ProgressBar bar = ProgressBar.start("Reading tokens")) {
      return Perplexity.of(engine, ids, sequenceLength, read -> bar.update(read, ids.length));
    }
  }

  private static String report(Perplexity result, int tokens, int sequenceLength) {
    int windows = Math.ceilDiv(tokens, sequenceLength) - (tokens % sequenceLength == 1 ? 1 : 0);
    return String.format(Locale.ROOT, """
        Tokens: %d, of which %d judged, in %d window%s of %d
        Mean negative log-likelihood: %.5f ± %.5f
        Perplexity: %.4f ± %.4f
        """, tokens, result.tokens(), windows, windows == 1 ? "" : "s", sequenceLength, result.meanNll(),
        result.standardError(), result.perplexity(), result.standardErrorOfPerplexity());
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw new QuipuException(file + ": cannot read it: " + Failures.reason(e), e);
    }
  }
}
