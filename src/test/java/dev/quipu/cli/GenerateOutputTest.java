package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.cli.TinyRun.Result;
import dev.quipu.config.Json;
import dev.quipu.support.TinyTokenizer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code quipu generate} prints, and how it ends. */
class GenerateOutputTest {

  private static final String FIGURES = "Prompt: 3 tokens, .*";

  @TempDir
  Path folder;

  private TinyRun tiny;

  @BeforeEach
  void writeModel() throws IOException {
    tiny = new TinyRun(folder);
  }

  @SuppressWarnings("unchecked") // JSON
  private static List<Map<Object, Object>> events(Result result) {
    return result.out().lines().map(line -> (Map<Object, Object>) Json.parse(line, "line")).toList();
  }

  @Test
  void eventsAreObjectsOnLines() {
    Result result = tiny.run("--json", "-m", "2", "--logprobs", "2", "bcd");
    List<Map<Object, Object>> events = events(result);
    assertThat(events.stream().<Object>map(event -> event.get("type")))
        .containsExactly("progress", "progress", "token", "token", "done");
    assertThat(events.get(1)).isEqualTo(Map.of("type", "progress", "processed", 3L, "total", 3L, "cached", 0L));
    assertThat(events.get(2).get("text")).isEqualTo("a");
    Map<?, ?> token = (Map<?, ?>) ((List<?>) events.get(2).get("tokens")).getFirst();
    assertThat(token.keySet().stream().<Object>map(key -> key))
        .containsExactly("id", "text", "logprob", "from_draft", "top_logprobs");
    assertThat((List<?>) token.get("top_logprobs")).hasSize(2);
    assertThat(events.getLast().keySet().stream().<Object>map(key -> key)).containsExactly("type", "reason",
        "stop_string", "incomplete", "prompt_tokens", "cached_tokens", "generation_tokens", "prompt_tps", "generation_tps",
        "ttft_ms", "peak_memory_gb");
    assertThat(events.getLast().get("reason")).isEqualTo("length");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void aTokenThatOnlyTheTokenizerKnowsIsRefused() throws IOException {
    Path model = TinyRun.model(folder.resolve("more"), new TinyTokenizer().special("<image>"));
    Result result = TinyRun.run(model, "-m", "2", "a<image>");
    assertThat(result.err()).contains(
        "must not hold the token \"<image>\" (10): the model has embeddings of 10 tokens");
    assertThat(result.exitCode()).isEqualTo(Failures.USAGE);
  }

  @Test
  void aTextThatIsCutSaysSo() {
    Result cut = tiny.run("--json", "--regex", "(bad)+", "-m", "5", "bcd");
    assertThat(events(cut).getLast()).containsEntry("reason", "length").containsEntry("incomplete", true);
    Result told = tiny.run("--regex", "(bad)+", "-m", "5", "bcd");
    assertThat(told.out()).isEqualTo("badba\n");
    assertThat(told.err()).startsWith("The answer was cut before it was what it has to be\n");
    Result finished = tiny.run("--json", "--no-stream", "--regex", "(bad)+", "-m", "5", "--finish-json", "bcd");
    assertThat(events(finished).getFirst().get("text")).isEqualTo("bad");
    assertThat(events(finished).getLast()).containsEntry("reason", "length").containsEntry("incomplete", false);
    Result early = tiny.run("--regex", "(bad)+", "-m", "2", "--finish-json", "bcd");
    assertThat(early.exitCode()).isEqualTo(2);
    assertThat(early.err()).contains("-m must be at least 3 ").contains("room for 2");
  }

  @Test
  void withoutStreamingTheTextIsOneEvent() {
    List<Map<Object, Object>> events = events(tiny.run("--json", "--no-stream", "-m", "5", "--stop", "aaaa", "bcd"));
    assertThat(events.stream().<Object>map(event -> event.get("type"))).containsExactly("token", "done");
    assertThat(events.getFirst().get("text")).isEqualTo("");
    assertThat((List<?>) events.getFirst().get("tokens")).hasSize(4);
    assertThat(events.getLast().get("reason")).isEqualTo("stop_string");
    assertThat(events.getLast().get("stop_string")).isEqualTo("aaaa");
  }

  @Test
  void textIsTheSameStreamedOrNot() {
    for (String flag : List.of("--stream", "--no-stream")) {
      Result result = tiny.run(flag, "-m", "3", "bcd");
      assertThat(result.out()).isEqualTo("aaa\n");
      assertThat(result.err()).matches(FIGURES + "\n");
    }
  }

  @Test
  void logprobsComeAfterTheAnswer() {
    Result result = tiny.run("--logprobs", "1", "-m", "2", "bcd");
    String line = "      0  \"a\"                -2.303  \"a\" -2.303\n"; // of ten equal letters
    assertThat(result.out()).isEqualTo("aa\n");
    assertThat(result.err()).startsWith(line + line + "Prompt: ");
  }

  @Test
  void aBiasChangesTheAnswerAndWhatIsRuledOutIsNotLikely() {
    Result result = tiny.run(
        "--json", "-m", "1", "--logit-bias", "{\"3\": 5, \"0\": -Infinity}", "--logprobs", "10", "bcd");
    assertThat(result.out()).contains("\"text\":\"d\"").doesNotContain("\"id\":0,", "Infinity");
  }

  @Test
  void guessesOfThePromptAreMarked() {
    Result result = tiny.run("--json", "-m", "30", "--prompt-lookup", "2", "aaaaaa");
    assertThat(result.out()).contains("\"generation_tokens\":30").contains("\"from_draft\":true");
  }

  @Test
  void aFullContextEndsTheAnswerOrIsGoneOnWith() {
    String prompt = "b".repeat(98); // of 100
    assertThat(tiny.run("-m", "-1", prompt).err()).contains("The answer ends here because the context is full");
    assertThat(events(tiny.run("--json", "-m", "-1", prompt)).getLast().get("reason")).isEqualTo("context_full");
    for (String policy : List.of("truncate-middle", "rolling-window")) {
      assertThat(tiny.run("-m", "7", "--context-overflow", policy, prompt).out()).isEqualTo("aaaaaaa\n");
    }
  }

  @Test
  void anErrorIsOneMessageAndLeavesNothingHalfWritten() {
    Result result = tiny.run("--json", "--logit-bias", "{\"10\": 1}", "bcd");
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo("--logit-bias must name ids below the vocabulary's 10 tokens but names 10\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void aBudgetThatHoldsNothingIsRefused() {
    Result result = tiny.run("--memory-budget", "1KB", "bcd");
    assertThat(result.err()).matches("--memory-budget must be at least \\d+ bytes, .* but is 1000\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void keysAndValuesThatCannotBePackedSoAreRefused() {
    Result result = tiny.run("--kv-bits", "4", "bcd"); // heads of 16, in groups of 64
    assertThat(result.err()).startsWith("--kv-group-size ").hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void aRotatingCacheGoesOnForever() {
    assertThat(tiny.run("-m", "30", "--max-kv-size", "8", "bcd").out()).isEqualTo("a".repeat(30) + "\n");
  }

  @Test
  void aDraftModelOfOtherTokensIsRefused() throws IOException {
    Path draft = TinyRun.model(folder.resolve("draft"), new TinyTokenizer().special("<x>"));
    Result result = tiny.run("--draft-model", draft.toString(), "bcd");
    assertThat(result.err()).startsWith("--draft-model must have the tokens of the model, 10 of them, but ");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void aDraftModelOfTheSameTokensGuesses() throws IOException {
    Path draft = TinyRun.model(folder.resolve("draft"), new TinyTokenizer());
    Result result = tiny.run("--draft-model", draft.toString(), "-m", "20", "bcd");
    assertThat(result.out()).isEqualTo("a".repeat(20) + "\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void aReaderThatHasGoneIsNoErrorOfEvents() {
    OutputStream closed = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("Broken pipe");
      }
    };
    Result result = tiny.run(closed, "--json", "-m", "20", "bcd");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }
}
