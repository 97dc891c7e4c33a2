package dev.quipu.cli;

import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Looking;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.Text;

/** Prints the events of an answer as they come, a JSON object a line; or, not streamed, what came of them. */
final class JsonAnswer {

  private final Output out;
  private final boolean streamed;

  JsonAnswer(Output out, boolean streamed) {
    this.out = out;
    this.streamed = streamed;
  }

  void print(Generation generation) {
    if (streamed) {
      for (GenerationEvent event : generation) {
        out.print(line(event));
      }
    } else {
      WholeAnswer whole = WholeAnswer.of(generation);
      out.print(EventJson.line(new Text(whole.text(), whole.tokens())));
      out.print(line(whole.finished()));
    }
  }

  private static String line(GenerationEvent event) {
    return switch (event) {
      case Progress progress -> EventJson.line(progress);
      case Looking looking -> EventJson.line(looking);
      case Text part -> EventJson.line(part);
      case Finished finished -> EventJson.line(finished, PeakMemory.bytes());
    };
  }
}
