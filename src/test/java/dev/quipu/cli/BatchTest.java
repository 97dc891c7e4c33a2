package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.cli.TinyRun.Result;
import dev.quipu.config.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code quipu generate --prompts FILE --out FILE}. */
class BatchTest {

  private static final String THREE = """
      {"id": "a", "prompt": "bcd", "max_tokens": 2}
      {"id": 2, "prompt": "b", "max-tokens": 5, "stop": "aaa", "logprobs": 1}

      {"id": "too much", "prompt": "bcd", "top_k": 10}
      """;

  @TempDir
  Path folder;

  private TinyRun tiny;
  private Path prompts;
  private Path out;

  @BeforeEach
  void writeModel() throws IOException {
    tiny = new TinyRun(folder);
    prompts = folder.resolve("prompts.jsonl");
    out = folder.resolve("out.jsonl");
  }

  private Result batch(String requests, String... flags) throws IOException {
    Files.writeString(prompts, requests);
    List<String> args = new ArrayList<>(List.of("--prompts", prompts.toString(), "--out", out.toString()));
    args.addAll(List.of(flags));
    return tiny.run(args.toArray(String[]::new));
  }

  private Map<String, Map<?, ?>> results() throws IOException {
    Map<String, Map<?, ?>> results = new TreeMap<>();
    for (String line : Files.readAllLines(out)) {
      Map<?, ?> result = (Map<?, ?>) Json.parse(line, "line");
      assertThat(results.put(String.valueOf(result.get("id")), result)).isNull();
    }
    return results;
  }

  @Test
  void eachRequestMayHaveItsOwnConstraint() throws IOException {
    Result result = batch("""
        {"id": 1, "prompt": "bcd", "choice": ["bad", "cab"]}
        {"id": 2, "prompt": "bcd", "regex": "(dab)+", "choice": null, "max_tokens": 4}
        {"id": 3, "prompt": "bcd", "json_schema": {"enum": ["a"]}, "choice": null}
        {"id": 4, "prompt": "bcd"}
        """, "--choice", "face");
    assertThat(result.exitCode()).isEqualTo(1);
    Map<String, Map<?, ?>> results = results();
    assertThat(results.get("1").get("text")).isEqualTo("bad");
    assertThat(results.get("1").get("reason")).isEqualTo("stop");
    assertThat(results.get("2").get("text")).isEqualTo("dabd");
    assertThat(results.get("2").get("reason")).isEqualTo("length");
    assertThat(results.get("2").get("incomplete")).isEqualTo(true);
    assertThat(results.get("3").get("error").toString()).contains("are not in the vocabulary"); // it has no quotes
    assertThat(results.get("4").get("text")).isEqualTo("face");
    Result wrong = batch("{\"id\": 1, \"prompt\": \"b\", \"choice\": \"a\", \"regex\": \"b\"}\n");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("prompts.jsonl:1: regex and choice contradict each other");
    Result schema = batch("{\"id\": 1, \"prompt\": \"b\", \"json_schema\": {\"items\": 3}}\n");
    assertThat(schema.exitCode()).isEqualTo(2);
    assertThat(schema.err()).contains("prompts.jsonl:1: json_schema cannot be: schema: ").contains("items");
  }

  @Test
  void eachRequestGetsItsResultAndOneThatFailsSaysSo() throws IOException {
    Result result = batch(THREE);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("too much: top_k must be below the vocabulary's 10 tokens but is 10\n"
        + "Requests: 2 done, 1 failed | Generation: 5 tokens, ");
    Map<String, Map<?, ?>> results = results();
    assertThat(results.keySet()).containsExactly("2", "a", "too much");
    assertThat(results.get("a").keySet().stream().<Object>map(key -> key)).containsExactly("id", "text", "reason",
        "stop_string", "incomplete", "prompt_tokens", "cached_tokens", "generation_tokens", "prompt_tps", "generation_tps",
        "ttft_ms", "peak_memory_gb");
    assertThat(results.get("a").get("text")).isEqualTo("aa");
    assertThat(results.get("2").get("reason")).isEqualTo("stop_string");
    assertThat((List<?>) results.get("2").get("tokens")).hasSize(3);
    assertThat(results.get("too much").get("error"))
        .isEqualTo("top_k must be below the vocabulary's 10 tokens but is 10");
  }

  @Test
  void aSecondRunDoesWhatIsLeft() throws IOException {
    batch(THREE);
    List<String> before = Files.readAllLines(out).stream().filter(line -> line.contains("\"text\"")).toList();
    Files.writeString(out, "{\"id\":\"half\",\"te", StandardOpenOption.APPEND);
    Result result = batch(THREE.replace("\"top_k\": 10", "\"top_k\": 3, \"max_tokens\": 1"));
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).startsWith("Requests: 1 done, 0 failed | ");
    assertThat(Files.readAllLines(out)).startsWith(before.toArray(String[]::new)).hasSize(3);
    assertThat(results().get("too much").get("text")).isEqualTo("a");
  }

  @Test
  void whereAllIsDoneNoModelIsLoaded() throws IOException {
    Files.writeString(out, "{\"id\":\"a\",\"text\":\"\"}\n");
    Result result = batch("{\"id\": \"a\", \"prompt\": \"b\"}", "--draft-model", "nowhere");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEqualTo("Nothing is left to do: all 1 requests are done\n");
  }

  @Test
  void flagsAreTheDefaultsOfAllRequests() throws IOException {
    batch("""
        {"id": 1, "prompt": "bcd"}
        {"id": 2, "prompt": "bcd", "max_tokens": 1}
        {"id": 3, "prompt": "bcd", "logit_bias": null}
        """, "-m", "3", "--logit-bias", "{\"2\": 9}");
    Map<String, Map<?, ?>> results = results();
    assertThat(results.get("1").get("text")).isEqualTo("ccc");
    assertThat(results.get("2").get("text")).isEqualTo("c");
    assertThat(results.get("3").get("text")).isEqualTo("aaa");
  }

  @Test
  void manyAtATimeAreAllDone() throws IOException {
    StringBuilder requests = new StringBuilder();
    IntStream.range(0, 40).forEach(i ->
        requests.append("{\"id\": %d, \"prompt\": \"bcd\", \"max_tokens\": %d}%n".formatted(i, 1 + i % 7)));
    assertThat(batch(requests.toString(), "--batch-size", "3").exitCode()).isZero();
    Map<String, Map<?, ?>> results = results();
    assertThat(results).hasSize(40);
    results.forEach((id, result) -> assertThat((String) result.get("text")).hasSize(1 + Integer.parseInt(id) % 7));
  }

  @Test
  void messagesNeedAChatTemplate() throws IOException {
    String request = """
        {"id": 1, "messages": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "c"},\
         {"role": "user", "content": "d"}]}
        """;
    assertThat(batch(request).err()).contains("This model has no chat template");
    Path template = Files.writeString(folder.resolve("template"),
        "{% for m in messages %}{{ {'system': 'a', 'user': 'b', 'assistant': 'c'}[m.role] + m.content }}{% endfor %}");
    assertThat(batch(request, "-m", "1", "--system-prompt", "j", "--chat-template", template.toString()).exitCode())
        .isZero();
    assertThat(results().get("1").get("prompt_tokens")).isEqualTo(8L); // aj bb cc bd
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      [                                           | not valid JSON
      3                                           | expected a JSON object, such as {"id": 1, "prompt": "Why?"}
      {"prompt": "b"}                             | id is missing
      {"id": 1.5, "prompt": "b"}                  | id must be a string or an integer but is 1.5
      {"id": "first", "prompt": "b"}              | id first is that of line 1
      {"id": 1}                                   | prompt is missing, and so are messages
      {"id": 1, "prompt": " "}                    | prompt must not be empty
      {"id": 1, "messages": []}                   | messages must not be empty
      {"id": 1, "prompt": "b", "messages": []}    | prompt is given beside messages
      {"id": 1, "messages": [{"role": "user"}]}   | message 0 must be
      {"id": 1, "prompt": "b", "max_tokenz": 1}   | There is no parameter max_tokenz; there is max_tokens
      {"id": 1, "prompt": "b", "threads": 2}      | threads is no parameter of one request: --threads sets it for all
      {"id": 1, "prompt": "b", "top_p": 2}        | top_p must be in [0, 1] but is 2.0
      {"id": 1, "prompt": "b", "top-p": "much"}   | top-p must be a number but is "much"
      {"id": 1, "prompt": "b", "max_tokens": 1.5} | max_tokens must be an integer but is "1.5"
      {"id": 1, "prompt": 3}                      | prompt must be a string but is "3"
      {"id": 1, "prompt": "b", "stop": [""]}      | stop must not hold an empty string
      {"id": 1, "prompt": "b", "stop": 3}         | stop must be a string or a list of strings but is "3"
      {"id": 1, "prompt": "b", "logprobs": -1}    | logprobs must be in [0, 1000] but is -1
      {"id": 1, "prompt": "b", "logit_bias": 1}   | logit_bias must be a JSON object but is 1
      {"id": 1, "prompt": "b", "seed": 1, "seed": "x"} | seed must be a number but is "x"
      {"id": 1, "prompt": "b", "top_k": 1, "top-k": 1} | top-k is given twice
      {"id": 1, "prompt": "b", "ignore_chat_template": 1} | ignore_chat_template must be true or false but is "1"
      """)
  void aLineThatIsWrongIsNamedBeforeAnythingIsDone(String line, String problem) throws IOException {
    Result result = batch("{\"id\": \"first\", \"prompt\": \"b\"}\n" + line + "\n", "--draft-model", "nowhere");
    assertThat(result.err()).startsWith(prompts + ":2: " + problem).hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void aFileOfSomethingElseIsLeftAlone() throws IOException {
    Files.writeString(out, THREE);
    Result result = batch(THREE);
    assertThat(result.err()).isEqualTo(out + ":1: this is no result of a request; name another file with --out\n");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(out).hasContent(THREE);
  }

  @Test
  void aFileThatAnotherWritesIsLeftAlone() throws IOException {
    try (FileChannel channel = FileChannel.open(out, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      assertThat(batch(THREE).err()).isEqualTo(out + ": another quipu is writing it\n");
    }
  }
}
