package dev.quipu.cli;

import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;

/** Prints an answer as it comes, with a progress bar while the prompt is read. */
final class Answer {

  private final Output out;
  private final ModelOptions options;
  private final StringBuilder text = new StringBuilder();

  Answer(Output out, ModelOptions options) {
    this.out = out;
    this.options = options;
  }

  Finished print(Generation generation) {
    Finished end = null;
    try (ProgressBar bar = ProgressBar.start("Reading the prompt")) {
      for (GenerationEvent event : generation) {
        switch (event) {
          case Progress progress -> bar.update(progress.processed(), progress.total());
          case Text part -> {
            bar.close();
            print(part.text());
          }
          case Finished finished -> end = finished;
        }
      }
    }
    out.print("\n");
    if (end.reason() == StopReason.CONTEXT_FULL) {
      System.err.println("The answer ends here because the model's context is full");
    }
    options.say("Stopped by " + end.reason());
    return end;
  }

  private void print(String part) {
    if (text.isEmpty() && options.verbose) {
      options.say("First text " + Main.millisecondsSinceStart() + " ms after the start of Java");
    }
    text.append(part);
    out.print(part);
  }

  /** What was printed. */
  String text() {
    return text.toString();
  }
}
