package dev.quipu.cli;

import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Looking;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import java.util.ArrayList;
import java.util.List;

/** What came of a generation, for those who do not watch it. Prints nothing. */
record WholeAnswer(String text, List<Token> tokens, Finished finished) {

  /** Waits for the end. */
  static WholeAnswer of(Generation generation) {
    StringBuilder text = new StringBuilder();
    List<Token> tokens = new ArrayList<>();
    Finished end = null;
    for (GenerationEvent event : generation) {
      switch (event) {
        case Progress _, Looking _ -> {}
        case Text part -> {
          text.append(part.text());
          tokens.addAll(part.tokens());
        }
        case Finished finished -> end = finished;
      }
    }
    return new WholeAnswer(text.toString(), tokens, end);
  }
}
