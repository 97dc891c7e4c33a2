package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.cli.TinyRun.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A conversation from a pipe, with the flags of a request. */
class ChatCommandTest {

  @TempDir
  Path folder;

  private Result chat(String lines, String... flags) throws IOException {
    Path template = Files.writeString(folder.resolve("template"),
        "{% for m in messages %}{{ {'system': 'd', 'user': 'b', 'assistant': 'c'}[m.role] + m.content }}{% endfor %}");
    List<String> args = new ArrayList<>(List.of("chat", "--chat-template", template.toString()));
    args.addAll(List.of(flags));
    InputStream realIn = System.in;
    System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    try {
      return new TinyRun(folder).run(args.toArray(String[]::new));
    } finally {
      System.setIn(realIn);
    }
  }

  @Test
  void flagsCountForEachAnswer() throws IOException {
    Result result = chat("g\nh\n",
        "-m", "3", "--logit-bias", "{\"4\": 9}", "--frequency-penalty", "20", "--logprobs", "1");
    assertThat(result.out()).isEqualTo("eac\ndfi\n"); // what was there, in the prompt too, is unlikely
    assertThat(result.err()).contains("\"e\"").hasLineCount(6);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void aStopStringEndsAnAnswerAndIsNotKept() throws IOException {
    Result result = chat("g\n/save " + folder.resolve("talk.json") + "\n",
        "-m", "9", "--stop", "aaa", "--system-prompt", "i");
    assertThat(result.out()).startsWith("\nSaved ");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void figuresSayWhatWasCached() throws IOException {
    Result result = chat("g\nh\n", "-m", "2", "--verbose");
    assertThat(result.err()).contains("Prompt: 2 tokens, ")
        .containsPattern("Prompt: 7 tokens \\([1-9] cached\\), ");
  }
}
