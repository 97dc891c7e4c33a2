package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.config.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {

  private static final String TINY = """
      {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
       "num_key_value_heads": 2, "intermediate_size": 128, "vocab_size": 100, "rms_norm_eps": 1e-5,
       "max_position_embeddings": 100, "quantization": {"bits": 3}}""";

  @TempDir
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream realErr = System.err;

  @BeforeEach
  void captureErr() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreErr() {
    System.setErr(realErr);
  }

  private int run(String... args) {
    return Main.run(List.of(args), new Output(out));
  }

  private String tiny() throws IOException {
    return Files.writeString(folder.resolve("tiny.json"), TINY).toString();
  }

  private static double number(Map<?, ?> line, String key) {
    return ((Number) line.get(key)).doubleValue();
  }

  @Test
  void aJsonObjectALineHasAllFiguresAndTheyAgree() throws IOException {
    assertThat(run("bench", "--shape", tiny(), "--bits", "8", "--group-size", "32", "-p", "6", "-n", "3", "-d", "0,4",
        "-r", "3", "-t", "2", "--prefill-step-size", "4", "--json")).isZero();
    List<Map<?, ?>> lines = out.toString(StandardCharsets.UTF_8).lines()
        .<Map<?, ?>>map(line -> (Map<?, ?>) Json.parse(line, "line")).toList();
    assertThat(lines.stream().<Object>map(line -> line.get("test"))).containsExactly("pp6", "tg3", "pp6@d4", "tg3@d4");
    // q and o [64, 64], k and v [32, 64], gate and up [128, 64], down [64, 128], twice; the embedding [100, 64]
    double parameters = 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 128 * 64) + 100 * 64;
    for (Map<?, ?> line : lines) {
      assertThat(line.get("model")).isEqualTo("tiny-8bit-g32");
      assertThat(line.get("ops")).isEqualTo("vector");
      assertThat((String) line.get("species")).endsWith("-bit");
      assertThat(number(line, "threads")).isEqualTo(2);
      assertThat(line.get("kv_dtype")).isEqualTo("float32");
      assertThat(number(line, "parameters")).isEqualTo(parameters);
      assertThat(number(line, "weight_bytes")).isEqualTo(parameters * (1 + 4 / 32.0));
      assertThat((List<?>) line.get("samples_tps")).hasSize(3);
      double tps = number(line, "median_tps");
      assertThat(((List<?>) line.get("samples_tps")).contains(line.get("median_tps"))).isTrue();
      assertThat(number(line, "gb_per_s")).isCloseTo(number(line, "bytes_per_token") * tps / 1e9, within(1e-9));
      assertThat(number(line, "share_of_stream"))
          .isCloseTo(number(line, "gb_per_s") / number(line, "stream_gb_per_s"), within(1e-9));
      assertThat(number(line, "gflops")).isCloseTo(number(line, "flop_per_token") * tps / 1e9, within(1e-9));
      assertThat(number(line, "share_of_peak"))
          .isCloseTo(number(line, "gflops") / number(line, "peak_gflops"), within(1e-9));
      assertThat(number(line, "n_prompt") + number(line, "n_gen")).isIn(6.0, 3.0);
    }
    Map<?, ?> last = lines.getLast();
    assertThat(number(last, "depth")).isEqualTo(4);
    assertThat(number(last, "flop_per_token")).isEqualTo(2 * parameters);
    // three tokens see 5, 6 and 7 positions of 2 layers, key and value of 2 heads of 16 floats
    assertThat(number(last, "bytes_per_token"))
        .isEqualTo(number(last, "weight_bytes") + 6 * 2 * 2 * 2 * 16 * 4);
  }

  @Test
  void aTableHasARowATestAndAsManyColumnsAsItsHeader() throws IOException {
    assertThat(run("bench", "--shape", tiny(), "--mode", "mxfp4", "-p", "0", "-n", "2", "-r", "1", "--ops", "scalar"))
        .isZero();
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(2)).contains("tiny-mxfp4", " tg2 ", " ± 0.00 ");
    assertThat(lines.stream().map(line -> line.chars().filter(c -> c == '|').count())).containsOnly(9L);
    assertThat(lines.stream().map(String::length).distinct()).hasSize(1);
  }

  @Test
  void keysAndValuesOf16BitsAreHalfTheBytesAndAreNamed() throws IOException {
    String[] call = {"bench", "--shape", tiny(), "-p", "0", "-n", "1", "-d", "8", "-r", "1", "--kv-dtype", "bf16"};
    assertThat(run(call)).isZero();
    List<String> table = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(table.stream().map(String::length).distinct()).hasSize(1);
    assertThat(table.get(0)).endsWith(" kv |");
    assertThat(table.get(2)).endsWith(" bfloat16 |");
    out.reset();
    assertThat(run(Stream.concat(Stream.of(call), Stream.of("--json")).toArray(String[]::new))).isZero();
    Map<?, ?> line = (Map<?, ?>) Json.parse(out.toString(StandardCharsets.UTF_8), "line");
    assertThat(line.get("kv_dtype")).isEqualTo("bfloat16");
    assertThat(number(line, "bytes_per_token"))
        .isEqualTo(number(line, "weight_bytes") + 9 * 2 * 2 * 2 * 16 * 2); // positions, layers, k and v, heads
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --shape llama-9               | --shape must be one of smollm2-135m, smollm2-360m
      --bits 4                      | --bits is for made-up weights: it needs --shape
      --shape gemma-3-1b --bits 7   | --bits must be 1, 2, 3, 4, 5, 6 or 8 but is 7
      --shape gemma-3-1b --group-size 16 | --group-size must be 32, 64 or 128 but is 16
      --shape gemma-3-1b --mode nf4 | --mode must be affine or one of mxfp4, mxfp8, nvfp4 but is "nf4"
      --shape gemma-3-1b --mode mxfp4 --bits 8 | --bits must be 4 for mxfp4 but is 8
      --shape gemma-3-1b --dtype int8 | --dtype must be float32, float16 or bfloat16 but is "int8"
      --shape gemma-3-1b --dtype float32 --bits 4 | --dtype and --bits exclude each other
      --shape gemma-3-1b --model x  | --shape and --model are two models; give one
      -p 0 -n 0                     | -n is 0, and so is --n-prompt: there is nothing to measure
      -p 1,x                        | -p must be integers but is "1,x"
      -p -4                         | -p must be at least 0 but is -4
      -r 0                          | -r must be at least 1 but is 0
      -t 2,0                        | -t must be in [1, 1024] but is 0
      --prefill-step-size 0         | --prefill-step-size must be at least 1 but is 0
      --kv-dtype int8               | --kv-dtype must be float32, float16 or bfloat16 but is "int8"
      -d 8000                       | --n-prompt and --n-depth must be at most 8192 together
      words                         | "words" is no flag of quipu bench
      """)
  void wrongUsageIsNamed(String args, String message) {
    String[] words = ("bench " + args).split(" ");
    assertThat(run(words)).isEqualTo(Failures.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith(message);
    assertThat(out.size()).isZero();
  }

  @Test
  void aConfigThatIsNotThereIsNoUsageError() {
    assertThat(run("bench", "--shape", folder.resolve("no.json").toString())).isEqualTo(Failures.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no such file");
  }
}
