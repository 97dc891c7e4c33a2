package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.GenerationEvent.Figures;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Looking;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.generate.GenerationEvent.TopLogprob;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventJsonTest {

  @Test
  void progressIsAnObject() {
    assertThat(EventJson.line(new Progress(10, 4, 36)))
        .isEqualTo("{\"type\":\"progress\",\"processed\":10,\"total\":36,\"cached\":4}\n");
  }

  @Test
  void looksAreAnObject() {
    assertThat(EventJson.line(new Looking(3, 58))).isEqualTo("{\"type\":\"looking\",\"done\":3,\"total\":58}\n");
  }

  @Test
  void textComesWithItsTokensAndWhatElseWasLikely() {
    Token plain = new Token(5, "\"\n", -0.5f, false, List.of());
    Token drafted = new Token(6, "ö", -1.25f, true, List.of(new TopLogprob(7, "x", -0.75f)));
    assertThat(EventJson.line(new Text("\"\nö", List.of(plain, drafted)))).isEqualTo(
        "{\"type\":\"token\",\"text\":\"\\\"\\nö\",\"tokens\":["
            + "{\"id\":5,\"text\":\"\\\"\\n\",\"logprob\":-0.5,\"from_draft\":false,\"top_logprobs\":[]},"
            + "{\"id\":6,\"text\":\"ö\",\"logprob\":-1.25,\"from_draft\":true,"
            + "\"top_logprobs\":[{\"id\":7,\"text\":\"x\",\"logprob\":-0.75}]}]}\n");
  }

  @Test
  void whatIsImpossibleHasNoLogprob() {
    Token token = new Token(5, "a", Float.NEGATIVE_INFINITY, false,
        List.of(new TopLogprob(7, "x", Float.NEGATIVE_INFINITY)));
    assertThat(EventJson.line(new Text("a", List.of(token)))).containsPattern("\"logprob\":null.*\"logprob\":null");
  }

  @Test
  void theEndHasItsFigures() {
    Finished finished =
        new Finished(StopReason.STOP_STRING, "END", true, new Figures(36, 4, 0.5, 40, 3, 0.25));
    assertThat(EventJson.line(finished, OptionalLong.of(345_000_000))).isEqualTo(
        "{\"type\":\"done\",\"reason\":\"stop_string\",\"stop_string\":\"END\",\"incomplete\":true,\"prompt_tokens\":36,"
            + "\"cached_tokens\":4,\"generation_tokens\":40,\"prompt_tps\":64.0,\"generation_tps\":160.0,"
            + "\"ttft_ms\":500.0,\"peak_memory_gb\":0.345}\n");
  }

  @ParameterizedTest
  @CsvSource({"EOS_TOKEN, stop", "TOKEN_LIMIT, length", "CONTEXT_FULL, context_full", "USER_CANCELLED, cancelled"})
  void reasonsHaveShortNames(StopReason reason, String name) {
    String line = EventJson.line(new Finished(reason, null, false, new Figures(1, 0, 0, 0, 0, 0)), OptionalLong.empty());
    assertThat(line).contains("\"reason\":\"" + name + "\",\"stop_string\":null").contains("\"peak_memory_gb\":null");
  }
}
