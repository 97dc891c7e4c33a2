package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerplexityCommandTest {

  @TempDir
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    return Main.run(List.of(args), new Output(out));
  }

  @Test
  void aTextHasAPerplexity() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "The sky is blue, and the sea is blue.");
    assertThat(run("perplexity", text.toString(), "--sequence-length", "4")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).matches("""
        Tokens: \\d+, of which \\d+ judged, in \\d windows of 4
        Mean negative log-likelihood: \\d+\\.\\d{5} ± \\d+\\.\\d{5}
        Perplexity: \\d+\\.\\d{4} ± \\d+\\.\\d{4}
        """);
  }

  @Test
  void keysAndValuesOf16BitsChangeItALittle() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "The sky is blue, and the sea is blue.");
    double inFloat32 = perplexity(text, "float32");
    for (String type : List.of("bfloat16", "float16")) {
      assertThat(perplexity(text, type)).isNotEqualTo(inFloat32).isCloseTo(inFloat32, withinPercentage(3));
    }
  }

  private double perplexity(Path text, String kvDtype) {
    out.reset();
    assertThat(run("perplexity", text.toString(), "--kv-dtype", kvDtype)).isZero();
    String report = out.toString(StandardCharsets.UTF_8);
    return Double.parseDouble(report.substring(report.indexOf("Perplexity: ") + 12, report.lastIndexOf(" ±")));
  }

  @Test
  void wrongUsage() throws IOException {
    Path letter = Files.writeString(folder.resolve("a.txt"), "a");
    assertThat(run("perplexity")).isEqualTo(Failures.USAGE);
    assertThat(run("perplexity", "a", "b")).isEqualTo(Failures.USAGE);
    assertThat(run("perplexity", "a", "--kv-dtype", "int8")).isEqualTo(Failures.USAGE);
    assertThat(run("perplexity", letter.toString(), "--sequence-length", "1")).isEqualTo(Failures.USAGE);
    assertThat(run("perplexity", letter.toString(), "--sequence-length", "9999")).isEqualTo(Failures.FAILED);
    assertThat(run("perplexity", letter.toString())).isEqualTo(Failures.FAILED); // a single token
    assertThat(run("perplexity", folder.resolve("absent").toString())).isEqualTo(Failures.FAILED);
    assertThat(out.size()).isZero();
  }
}
