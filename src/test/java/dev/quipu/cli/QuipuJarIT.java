package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Json;
import dev.quipu.vision.ImageSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one jar as a user starts it: its own process, in an empty folder. */
class QuipuJarIT {

  private static final Path JAR = Path.of(System.getProperty("quipu.jar"));
  private static final String QUESTION = "Why is the sky blue?";

  // mlx-lm's greedy text on this checkpoint, in float32
  private static final String ANSWER = "The answer to this question lies in the intricate dance of light and color. "
      + "The sky appears blue because of a phenomenon known as Rayleigh scattering. This occurs when light encounters "
      + "molecules of air, which scatter";
  private static final String FIGURES =
      "Prompt: \\d+ tokens, [\\d.]+ tokens-per-sec \\| Generation: \\d+ tokens, [\\d.]+ tokens-per-sec"
          + "( \\| Peak memory: \\d\\.\\d{3} GB)?\n";

  private record Result(int exitCode, String out, String err) {}

  @TempDir
  Path empty;

  private static List<String> java(String... options) {
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(List.of(options));
    return command;
  }

  private Result quipu(String... args) throws Exception {
    return run(java("-jar", JAR.toString()), "", args);
  }

  private Result run(List<String> command, String input, String... args) throws Exception {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(args));
    Path in = Files.writeString(Files.createTempFile("quipu", ".in"), input);
    Path err = Files.createTempFile("quipu", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(line).directory(empty.toFile())
          .redirectInput(in.toFile()).redirectError(err.toFile());
      builder.environment().put("LC_ALL", "C"); // UTF-8 must not depend on it
      Process process = builder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Result(process.exitValue(), out, Files.readString(err));
    } finally {
      Files.delete(in);
      Files.delete(err);
    }
  }

  private static void assertFails(Result result, int exitCode, String message) {
    assertThat(result.err()).contains(message).hasLineCount(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void goldenCasesPass() throws Exception {
    Result result = quipu("conform", Path.of("golden").toAbsolutePath().toString(),
        "--only", "op/s*", "--only", "tokenize/SmolLM2*"); // whose tokenizer is in the jar
    assertThat(result.out()).matches("\\d+ passed, 0 failed, 0 skipped\n");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void aClosedInputIsEmpty() throws Exception {
    List<String> closed = List.of("sh", "-c", "exec \"$@\" <&-", "sh", java().getFirst(), "-jar", JAR.toString());
    assertFails(run(closed, "", "-p", "-"), 2, "-p must not be empty");
    assertThat(run(closed, "").out()).startsWith("quipu runs");
  }

  @Test
  void aPromptIsAnsweredAsByMlxLm() throws Exception {
    Result result = quipu("--temp", "0", "-m", "40", QUESTION);
    assertThat(result.out()).isEqualTo(ANSWER + "\n");
    assertThat(result.err()).matches(FIGURES);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void littleHeapSmallChunksAndOneThreadGiveTheSameAnswer() throws Exception {
    Result result = run(java("-Xmx256m", "-jar", JAR.toString()), QUESTION,
        "generate", "-p", "-", "-m", "40", "--threads", "1", "--prefill-step-size", "7");
    assertThat(result.out()).isEqualTo(ANSWER + "\n");
  }

  @Test
  void whatIsPipedInIsThePrompt() throws Exception {
    assertThat(run(java("-jar", JAR.toString()), QUESTION).out()).startsWith("The answer to this question");
  }

  @Test
  void scalarOperationsGiveTheSameAnswer() throws Exception {
    assertThat(quipu("--ops", "scalar", "-m", "3", QUESTION).out()).isEqualTo("The answer to\n");
  }

  @Test
  void keysAndValuesOf16BitsGiveTheSameFirstWords() throws Exception {
    for (String type : List.of("bfloat16", "float16")) {
      assertThat(quipu("--kv-dtype", type, "-m", "3", QUESTION).out()).isEqualTo("The answer to\n");
    }
  }

  @Test
  void benchMeasuresTheEmbeddedModel() throws Exception {
    Result result = quipu("bench", "-p", "8", "-n", "2", "-r", "1", "-t", "1", "--json");
    assertThat(result.exitCode()).isZero();
    List<Map<?, ?>> lines = result.out().lines().<Map<?, ?>>map(line -> (Map<?, ?>) Json.parse(line, "line")).toList();
    assertThat(lines.stream().<Object>map(line -> line.get("test"))).containsExactly("pp8", "tg2");
    for (Map<?, ?> line : lines) {
      assertThat(line.get("model")).isEqualTo("SmolLM2-135M-Instruct-4bit");
      assertThat((List<?>) line.get("samples_tps")).hasSize(1);
      for (String figure : List.of(
          "median_tps", "cpu_seconds_per_token", "gb_per_s", "stream_gb_per_s", "gflops", "peak_gflops")) {
        assertThat(((Number) line.get(figure)).doubleValue()).as(figure).isPositive();
      }
    }
  }

  @Test
  void withoutTheManifestARelaunchBringsTheVectorModule() throws Exception {
    Result result = run(java("-cp", JAR.toString(), "dev.quipu.cli.Launcher"), "", "--verbose", "-m", "3", QUESTION);
    assertThat(result.out()).isEqualTo("The answer to\n");
    assertThat(result.err()).contains("Vector module: loaded by a relaunch with --add-modules", "Operations: vector");
  }

  @Test
  void verboseSaysWhatIsDone() throws Exception {
    assertThat(quipu("--verbose", "-m", "1", QUESTION).err()).contains("Java: ", "Vector module: loaded at run time",
        "Model: SmolLM2-135M-Instruct-4bit", "Operations: vector", "Loaded in ").doesNotContain("WARNING", "\033");
  }

  @Test
  void badInputGetsOneMessageAndItsExitCode() throws Exception {
    Path gguf = Files.writeString(empty.resolve("model.gguf"), "GGUF");
    assertFails(quipu("--model", "nowhere", "hi"), 1, "There is no folder nowhere");
    assertFails(quipu("--model", gguf.toString(), "hi"), 1, "this is a GGUF file");
    assertFails(quipu("--no-such-flag", "hi"), 2, "There is no flag --no-such-flag");
    assertFails(quipu("--temp", "-1", "hi"), 2, "--temp must be in [0, 2] but is -1.0");
    assertFails(quipu("--top-p", "2", "hi"), 2, "--top-p must be in [0, 1] but is 2.0");
    assertFails(quipu("--kv-dtype", "int8", "hi"), 2, "--kv-dtype must be float32, float16 or bfloat16");
    assertFails(quipu(""), 2, "The prompt must not be empty");
  }

  @Test
  void aPromptBeyondTheContextIsRefused() throws Exception {
    assertFails(run(java("-jar", JAR.toString()), "word ".repeat(20_000), "-p", "-"), 2,
        "-p must be at most");
  }

  @Test
  void withoutAPromptThereIsHelpWithThreeExamples() throws Exception {
    Result result = quipu();
    assertThat(result.out().lines().filter(line -> line.startsWith("  quipu "))).hasSize(3);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void textLoadsNothingThatIsForImages() throws Exception {
    Result result = run(java("-Xlog:class+load:file=classes.log", "-jar", JAR.toString()), "", "-m", "2", QUESTION);
    assertThat(result.exitCode()).isZero();
    String loaded = Files.readString(empty.resolve("classes.log"));
    assertThat(loaded).contains("dev.quipu.model.Decoder").doesNotContain("javax.imageio", "java.awt");
    assertThat(Pattern.compile("dev\\.quipu\\.vision\\.([\\w.$]+)").matcher(loaded).results().map(r -> r.group(1)))
        .isSubsetOf("VisionReference", "ImageSource", "ImageSource$Exif", "Image"); // what requests are made of
  }

  @Test
  void aClosedPipeEndsQuietly() throws Exception {
    List<String> command = java("-jar", JAR.toString(), "-m", "100", QUESTION);
    Path err = empty.resolve("err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    try (InputStream out = process.getInputStream()) {
      assertThat(out.readNBytes(10)).asString(StandardCharsets.UTF_8).isEqualTo("The answer");
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(err).isEmptyFile();
  }

  /** Whether a process started from here never sees Ctrl-C. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    String ignored = !Files.exists(status) ? null : Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:")).findFirst().orElse(null);
    return ignored != null && (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16) & 0b10) != 0;
  }

  @Test
  void ctrlCEndsAnAnswerWithWhatThereIs() throws Exception {
    Assumptions.assumeFalse(ignoresInterrupts(), "SIGINT is ignored here, as in a script's background");
    List<String> command =
        java("-jar", JAR.toString(), "--json", "-m", "4000", "--logit-bias", "{\"2\": -100}", QUESTION);
    Process process = new ProcessBuilder(command).redirectError(empty.resolve("err").toFile()).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line.contains("\"progress\"")) {
        line = out.readLine();
      }
      assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor()).isZero();
      String last = line;
      for (; line != null; line = out.readLine()) {
        last = line;
      }
      assertThat(last).startsWith("{\"type\":\"done\",\"reason\":\"cancelled\",").endsWith("}");
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(empty.resolve("err")).isEmptyFile();
  }

  @Test
  void requestsOfAFileAreAnswered() throws Exception {
    Files.writeString(empty.resolve("in.jsonl"), """
        {"id": "why", "prompt": "%s", "max_tokens": 3}
        {"id": "more", "messages": [{"role": "user", "content": "%s"}], "max_tokens": 2}
        """.formatted(QUESTION, QUESTION));
    Result result = quipu("--prompts", "in.jsonl", "--out", "out.jsonl");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(Files.readString(empty.resolve("out.jsonl"))).hasLineCount(2)
        .contains("{\"id\":\"why\",\"text\":\"The answer to\",", "{\"id\":\"more\",\"text\":\"The answer\",");
  }

  @Test
  void textAndTokensComeAndGoInUtf8() throws Exception {
    Result tokens = quipu("tokenize", "Größe 😀");
    String ids = String.join(",", tokens.out().lines().map(line -> line.split("\t")[0]).toList());
    assertThat(quipu("tokenize", "--ids", ids).out()).isEqualTo("Größe 😀\n");
  }

  @Test
  void aPipedConversationIsRememberedSavedAndWithoutAnsiCodes() throws Exception {
    Result result = run(java("-jar", JAR.toString()), QUESTION + "\nAnd at night?\n/save talk.json\n/nonsense\n/exit\n",
        "chat", "-m", "12", "--verbose");
    assertThat(result.out()).startsWith("The answer to this question").endsWith("Saved 4 messages in talk.json\n")
        .doesNotContain("\033");
    assertThat(result.err()).containsPattern("Prompt: \\d+ tokens \\([1-9]\\d* cached\\)")
        .contains("There is no command /nonsense").doesNotContain("\033");
    assertThat(Conversation.load(empty.resolve("talk.json"), ImageSource.LOCAL).messages()).hasSize(4);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void theEmbeddedModelIsListedWithWhatCannotBeRun() throws Exception {
    Files.writeString(Files.createDirectory(empty.resolve("broken")).resolve("model.safetensors"), "?");
    Result result = quipu("list");
    assertThat(result.out()).containsPattern("SmolLM2-135M-Instruct-4bit +llama +0\\.10 GB +affine, 4 bits")
        .containsPattern("broken .*\n    cannot be run: ");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void theModelIsStoredSoThatItCanBeMapped() throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      assertThat(jar.stream().filter(entry -> entry.getName().endsWith(".safetensors"))).isNotEmpty()
          .allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
    }
  }
}
