package dev.quipu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example is a program: it compiles, runs and answers. */
class ReadmeTest {

  private static final String FENCE = "```";

  private static String example() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf(FENCE + "java") + (FENCE + "java").length();
    return readme.substring(begin, readme.indexOf(FENCE, begin));
  }

  @Test
  void theExampleAnswers(@TempDir Path folder) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("Sky.java"), example());
    Process process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules", "jdk.incubator.vector",
        "-cp", System.getProperty("java.class.path"), source.toString())
        .redirectError(folder.resolve("stderr").toFile()).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("stderr"))).isZero();
    assertThat(answer).startsWith("The answer to this question lies in the intricate dance of light and color.");
    assertThat(Files.readString(folder.resolve("stderr"))).contains("36 of 36 prompt tokens")
        .contains("TOKEN_LIMIT after 40 tokens");
  }

  @Test
  void theExampleIsShort() throws IOException {
    assertThat(example().strip().lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
  }
}
