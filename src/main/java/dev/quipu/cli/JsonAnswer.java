package dev.quipu.cli;

import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import java.util.ArrayList;
import java.util.List;

/** Prints the events of an answer as they come, a JSON object a line; or, not streamed, what came of them. */
final class JsonAnswer {

  private final Output out;
  private final boolean streamed;

  JsonAnswer(Output out, boolean streamed) {
    this.out = out;
    this.streamed = streamed;
  }

  void print(Generation generation) {
    StringBuilder text = new StringBuilder();
    List<Token> tokens = new ArrayList<>();
    for (GenerationEvent event : generation) {
      switch (event) {
        case Progress progress when streamed -> out.print(EventJson.line(progress));
        case Progress _ -> {}
        case Text part when streamed -> out.print(EventJson.line(part));
        case Text part -> {
          text.append(part.text());
          tokens.addAll(part.tokens());
        }
        case Finished finished -> {
          out.print(streamed ? "" : EventJson.line(new Text(text.toString(), tokens)));
          out.print(EventJson.line(finished, PeakMemory.bytes()));
        }
      }
    }
  }
}
