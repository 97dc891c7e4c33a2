package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.support.TinyModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContextOverflowTest {

  private static final int[] TEN = IntStream.range(0, 10).toArray();

  @Test
  void theMiddleOrTheBeginningIsCutAndTheFirstTokenStays() {
    assertThat(ContextOverflow.TRUNCATE_MIDDLE.cut(TEN, 10, 6)).containsExactly(0, 1, 2, 7, 8, 9);
    assertThat(ContextOverflow.TRUNCATE_MIDDLE.cut(TEN, 9, 5)).containsExactly(0, 1, 6, 7, 8);
    assertThat(ContextOverflow.ROLLING_WINDOW.cut(TEN, 10, 6)).containsExactly(0, 5, 6, 7, 8, 9);
    assertThat(ContextOverflow.ROLLING_WINDOW.cut(TEN, 10, 1)).containsExactly(0);
  }

  /** By hand: where the context of 40 is full, the text is cut to 30 and asked about anew. */
  @Test
  void anAnswerGoesOnAsThatToTheShorterText() {
    for (ContextOverflow overflow : List.of(ContextOverflow.TRUNCATE_MIDDLE, ContextOverflow.ROLLING_WINDOW)) {
      try (TinyEngine engine = new TinyEngine(TinyModel.Kind.NOPE); TinyEngine.Session session = engine.session(50)) {
        GenerationRequest request = GenerationRequest.text("").withMaxTokens(45).withOverflow(overflow)
            .withSpeculation(Speculation.OFF);
        List<Integer> got = new ArrayList<>();
        Finished end = run(session, new int[] {5, 6, 7, 8}, request, 40, got);
        assertThat(end.reason()).isEqualTo(StopReason.TOKEN_LIMIT);
        assertThat(end.figures().generationTokens()).isEqualTo(45);
        int[] text = {5, 6, 7, 8};
        List<Integer> want = new ArrayList<>();
        while (want.size() < 45) {
          int room = Math.min(45 - want.size(), 41 - text.length);
          List<Integer> next = new ArrayList<>();
          run(session, text, request.withMaxTokens(room).withOverflow(ContextOverflow.STOP), 40, next);
          want.addAll(next);
          int[] full = IntStream.concat(IntStream.of(text), next.stream().mapToInt(i -> i)).toArray();
          text = full.length > 40 ? overflow.cut(full, 41, 30) : full;
        }
        assertThat(got).isEqualTo(want);
      }
    }
  }

  private static Finished run(
      TinyEngine.Session session, int[] prompt, GenerationRequest request, int context, List<Integer> ids) {
    Finished end = null;
    try (Generation generation = session.generate(prompt, request, context)) {
      for (GenerationEvent event : generation) {
        if (event instanceof Text text) {
          text.tokens().stream().map(Token::id).forEach(ids::add);
        }
        end = event instanceof Finished finished ? finished : end;
      }
    }
    return end;
  }
}
