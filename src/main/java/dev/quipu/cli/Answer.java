package dev.quipu.cli;

import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Looking;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import java.util.ArrayList;
import java.util.List;

/** Prints an answer as it comes, or whole at its end, with a progress bar while the prompt is read. */
final class Answer {

  private static final String READING = "Reading the prompt";

  private final Output out;
  private final ModelOptions options;
  private final boolean streamed;
  private final boolean logprobs; // whether they are shown
  private final StringBuilder text = new StringBuilder();
  private final List<Token> tokens = new ArrayList<>(); // if they are

  Answer(Output out, ModelOptions options, boolean streamed, boolean logprobs) {
    this.out = out;
    this.options = options;
    this.streamed = streamed;
    this.logprobs = logprobs;
  }

  Finished print(Generation generation) {
    Finished end = null;
    try (ProgressBar bar = ProgressBar.start(READING)) {
      for (GenerationEvent event : generation) {
        switch (event) {
          case Progress progress -> bar.update(READING, progress.processed(), progress.total());
          case Looking looking -> bar.update("Looking at the images", looking.done(), looking.total());
          case Text part -> {
            bar.close();
            add(part);
          }
          case Finished finished -> end = finished;
        }
      }
    }
    out.print(streamed ? "\n" : text + "\n");
    System.err.print(logprobs ? LogprobTable.of(tokens) : "");
    if (end.reason() == StopReason.CONTEXT_FULL) {
      System.err.println("The answer ends here because the context is full");
    }
    if (end.incomplete()) {
      System.err.println("The answer was cut before it was what it has to be");
    }
    options.say("Stopped by " + end.reason());
    return end;
  }

  private void add(Text part) {
    if (text.isEmpty() && options.verbose) {
      options.say("First text " + Main.millisecondsSinceStart() + " ms after the start of Java");
    }
    text.append(part.text());
    if (logprobs) {
      tokens.addAll(part.tokens());
    }
    if (streamed) {
      out.print(part.text());
    }
  }

  /** What the model said. */
  String text() {
    return text.toString();
  }
}
