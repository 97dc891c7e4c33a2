package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.cli.TinyRun.Result;
import dev.quipu.support.TinyTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prompt computed once, and answers that go on from there. */
class CachePromptCommandTest {

  private static final String CACHED = "\"prompt_tokens\":7,\"cached_tokens\":5";

  @TempDir
  Path folder;

  private TinyRun tiny;
  private String file;

  @BeforeEach
  void writeModel() throws IOException {
    tiny = new TinyRun(folder);
    file = folder.resolve("prompt.safetensors").toString();
  }

  @Test
  void anAnswerGoesOnAfterAPromptThatWasComputedBefore() {
    Result saved = tiny.run("cache-prompt", "--prompt-cache-file", file, "-p", "bcdef");
    assertThat(saved.err()).startsWith("Saved 5 tokens in " + file + ", ").hasLineCount(1);
    assertThat(saved.exitCode()).isZero();
    Result result = tiny.run("--prompt-cache-file", file, "--json", "-m", "2", "gh");
    assertThat(result.out()).contains("{\"type\":\"progress\",\"processed\":5,\"total\":7,\"cached\":5}", CACHED);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void penaltiesSeeWhatWasComputedBefore() {
    tiny.run("cache-prompt", "--prompt-cache-file", file, "abcde");
    assertThat(tiny.run("--prompt-cache-file", file, "-m", "1", "--presence-penalty", "1", "f").out()).isEqualTo("g\n");
  }

  @Test
  void aFileThatDoesNotTellItsTokensIsGoneOnWithAllTheSame() throws IOException {
    tiny.run("cache-prompt", "--prompt-cache-file", file, "abcde");
    Path path = Path.of(file);
    String bytes = Files.readString(path, StandardCharsets.ISO_8859_1);
    Files.writeString(path, bytes.replace("quipu_tokens", "other_tokens"), StandardCharsets.ISO_8859_1);
    Result result = tiny.run("--prompt-cache-file", file, "--json", "-m", "20", "--presence-penalty", "1",
        "--prompt-lookup", "1", "--context-overflow", "rolling-window", "bc");
    assertThat(result.out()).contains("\"text\":\"a\"", "\"prompt_tokens\":7,\"cached_tokens\":5");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void aConversationsLastMessageIsGoneOnWith() throws IOException {
    String template = Files.writeString(folder.resolve("template"),
        "{% for m in messages %}{{ {'system': 'd', 'user': 'b'}[m.role] + m.content + 'j' }}{% endfor %}").toString();
    tiny.run("cache-prompt", "--prompt-cache-file", file, "--chat-template", template, "--system-prompt", "c", "ef");
    Result result = tiny.run("--prompt-cache-file", file, "--chat-template", template, "--json", "-m", "1", "g");
    assertThat(result.out()).contains("\"prompt_tokens\":8,\"cached_tokens\":6"); // dcjbef gj
  }

  @Test
  void theFileSaysHowItIsKept() {
    tiny.run("cache-prompt", "--prompt-cache-file", file, "--max-kv-size", "8", "abcdefghij");
    Result result = tiny.run("--prompt-cache-file", file, "--json", "-m", "2", "bc");
    assertThat(result.out()).contains("\"prompt_tokens\":12,\"cached_tokens\":10");
    assertThat(result.exitCode()).isZero();
    Result other = tiny.run("--prompt-cache-file", file, "--max-kv-size", "9", "bc");
    assertThat(other.err()).isEqualTo("--max-kv-size must be 8 with this --prompt-cache-file but is 9\n");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(tiny.run("--prompt-cache-file", file, "--kv-bits", "4", "bc").err())
        .isEqualTo("--kv-bits has no place with this --prompt-cache-file but is 4\n");
  }

  @Test
  void requestsOfAFileFollowTheSameText() throws IOException {
    tiny.run("cache-prompt", "--prompt-cache-file", file, "bcdef");
    Path prompts = Files.writeString(folder.resolve("in"), """
        {"id": 1, "prompt": "gh"}
        {"id": 2, "prompt": "hg"}
        """);
    Path out = folder.resolve("out");
    String[] batch = {"--prompts", prompts.toString(), "--out", out.toString(), "--prompt-cache-file", file, "-m", "2"};
    assertThat(tiny.run(batch).exitCode()).isZero();
    assertThat(Files.readAllLines(out)).hasSize(2).allMatch(line -> line.contains(CACHED));
    Files.writeString(prompts, "{\"id\": 3, \"messages\": [{\"role\": \"user\", \"content\": \"b\"}]}");
    assertThat(tiny.run(batch).err()).isEqualTo(
        prompts + ":1: messages cannot follow --prompt-cache-file; a prompt can\n");
  }

  @Test
  void aCacheOfAnotherModelIsRefused() throws IOException {
    Path other = TinyRun.model(folder.resolve("other"), new TinyTokenizer().special("<x>"));
    tiny.run("cache-prompt", "--prompt-cache-file", file, "bcdef");
    Result result = TinyRun.run(other, "--prompt-cache-file", file, "bc");
    assertThat(result.err()).contains("the cache was made with another tokenizer");
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void aFileThatIsNoneIsRefused() throws IOException {
    Files.writeString(Path.of(file), "?");
    Result result = tiny.run("--prompt-cache-file", file, "bc");
    assertThat(result.err()).startsWith("prompt.safetensors: not a safetensors file").hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(tiny.run("--prompt-cache-file", "", "bc").exitCode()).isEqualTo(2);
  }

  @Test
  void aFileThatCannotBeWrittenIsAnError() {
    Result result = tiny.run("cache-prompt", "--prompt-cache-file", folder.toString(), "bc");
    assertThat(result.err()).contains(folder + ": ").hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(1);
  }
}
