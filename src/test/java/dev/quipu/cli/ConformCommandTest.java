package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformCommandTest {

  @TempDir
  Path suite;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    PrintStream before = System.err;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      return Main.run(List.of(args), new Output(out));
    } finally {
      System.setErr(before);
    }
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** A template of the letter a. */
  private void template(String id, String expected) throws IOException {
    write(id, "{\"kind\": \"template\", \"template\": \"a\", \"context\": {}, \"expected\": \"" + expected + "\"}");
  }

  private void write(String id, String json) throws IOException {
    Files.createDirectories(suite.resolve(id));
    Files.writeString(suite.resolve(id).resolve("case.json"), json);
  }

  @Test
  void allPassed() throws IOException {
    template("template/one", "a");
    template("template/deeper/two", "a");
    assertThat(run("conform", suite.toString(), "--verbose")).isEqualTo(Failures.DONE);
    assertThat(lines().get(0)).startsWith("PASS template/deeper/two (");
    assertThat(lines().get(1)).startsWith("PASS template/one (");
    assertThat(lines()).endsWith("2 passed, 0 failed, 0 skipped");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Operations: ");
  }

  @Test
  void oneFailedAndTheRestRan() throws IOException {
    template("a", "b");
    write("b", "{");
    template("c", "a");
    write("d", "{\"kind\": \"tokenize\", \"tokenizer\": \"tokenizers/none\", \"items\": [{}]}");
    assertThat(run("conform", suite.toString(), "--ops", "scalar")).isEqualTo(Failures.FAILED);
    assertThat(lines()).hasSize(4);
    assertThat(lines().get(0)).isEqualTo("FAIL a: text, character 0: expected \"b\", got \"a\"");
    assertThat(lines().get(1)).startsWith("FAIL b: case.json: not valid JSON");
    assertThat(lines().get(2)).startsWith("SKIP d: there is no folder tokenizers/none in the suite");
    assertThat(lines()).endsWith("1 passed, 2 failed, 1 skipped");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void nothingPassedIsNoSuccess() throws IOException {
    assertThat(run("conform", suite.toString())).isEqualTo(Failures.FAILED);
    assertThat(lines()).containsExactly("0 passed, 0 failed, 0 skipped");
    template("a", "a");
    assertThat(run("conform", suite.toString(), "--only", "b*")).isEqualTo(Failures.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("No case of ").contains(" has an id like b*");
  }

  @Test
  void onlySomeCases() throws IOException {
    template("op/a", "b");
    template("template/a", "a");
    assertThat(run("conform", suite.toString(), "--only", "t*a")).isEqualTo(Failures.DONE);
    assertThat(lines()).containsExactly("1 passed, 0 failed, 0 skipped");
  }

  @Test
  void anotherTypeOfKeysAndValuesIsSaidToBeAnother() throws IOException {
    template("a", "a");
    assertThat(run("conform", suite.toString(), "--kv-dtype", "bfloat16")).isEqualTo(Failures.DONE);
    assertThat(lines()).containsExactly(
        "Keys and values were kept in bfloat16; the suite and its tolerances are for float32",
        "1 passed, 0 failed, 0 skipped");
  }

  @Test
  void wrongUsage() {
    assertThat(run("conform")).isEqualTo(Failures.USAGE);
    assertThat(run("conform", suite.toString(), "--ops", "gpu")).isEqualTo(Failures.USAGE);
    assertThat(run("conform", suite.toString(), "--threads", "0")).isEqualTo(Failures.USAGE);
    assertThat(run("conform", suite.toString(), "--kv-dtype", "int8")).isEqualTo(Failures.USAGE);
    assertThat(run("conform", suite.toString(), "--fast")).isEqualTo(Failures.USAGE);
    assertThat(run("conform", suite.toString(), "another")).isEqualTo(Failures.USAGE);
    assertThat(run("conform", suite.resolve("absent").toString())).isEqualTo(Failures.FAILED);
    assertThat(run("conform", suite.toString(), "--models", "absent")).isEqualTo(Failures.FAILED);
    assertThat(lines()).isEmpty();
  }
}
