package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.checkpoint.SafeTensors;
import dev.quipu.tensor.Mat;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a golden trace at hand: the tokens of its first call must give the tensors that MLX gave. */
class TraceCommandTest {

  @TempDir
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    return Main.run(List.of(args), new Output(out));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** The ids of the golden's first call. */
  private static String tokens(Path golden) throws Exception {
    String json = Files.readString(golden.resolve("case.json"));
    int from = json.indexOf('[', json.indexOf("\"tokens\"")) + 1;
    return json.substring(from, json.indexOf(']', from)).replaceAll("\\s", "");
  }

  @ParameterizedTest
  @CsvSource({"gemma3-f32, prompt, 79", "gemma3-f32, generate, 79", "phi3-f32, prompt, 27"})
  void theSavedTensorsAreThoseOfMlx(String model, String regime, int tensors) throws Exception {
    Path file = folder.resolve("t.safetensors");
    Path trace = Path.of("golden/trace", model);
    assertThat(run("trace", "--model", "golden/models/" + model, "--tokens", tokens(trace), "--regime", regime,
        "--out", file.toString())).isZero();
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors saved = SafeTensors.open(file, arena);
      SafeTensors golden = SafeTensors.open(trace.resolve("tensors.safetensors"), arena);
      List<String> names = golden.names().stream().filter(name -> name.startsWith("0/")).toList();
      assertThat(names).hasSize(tensors);
      for (String name : names) {
        var got = saved.tensor(name.substring(2));
        var want = golden.tensor(name);
        assertThat(got.shape()).as(name).isEqualTo(want.shape());
        assertThat(got.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).as(name)
            .usingComparatorWithPrecision(1e-3f).containsExactly(want.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      }
      assertThat(lines()).hasSameSizeAs(saved.names());
    }
  }

  @ParameterizedTest
  @CsvSource({"gemma3-vl-f32", "gemma3-vl-q4g32", "pixtral-vl-f32", "mistral3-vl-f32"})
  void theSavedTensorsOfAnImageAreThoseOfMlx(String model) throws Exception {
    Path file = folder.resolve("t.safetensors");
    Path trace = Path.of("golden/trace", model);
    assertThat(run("trace", "--model", "golden/models/" + model, "--tokens", tokens(trace), "--image",
        trace.resolve("0.png").toString(), "--vision-reference", "mlx", "--out", file.toString())).isZero();
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors saved = SafeTensors.open(file, arena);
      SafeTensors golden = SafeTensors.open(trace.resolve("tensors.safetensors"), arena);
      assertThat(saved.names()).hasSameSizeAs(golden.names());
      for (String name : golden.names()) {
        assertThat(saved.tensor(name.substring(2)).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).as(name)
            .usingComparatorWithPrecision(1e-3f)
            .containsExactly(golden.tensor(name).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      }
    }
  }

  @Test
  void anImageAloneIsSeenByTheTowerAlone() {
    String image = "golden/vision/pixtral-vl-f32-two/1.png";
    assertThat(run("trace", "--model", "golden/models/pixtral-vl-f32", "--image", image)).isZero();
    assertThat(lines()).hasSize(33).allMatch(line -> line.matches("(vision_tower|multi_modal_projector)\\b.*"));
    out.reset();
    assertThat(run("trace", "--model", "golden/models/pixtral-vl-f32", "--image", image, "--image", image)).isZero();
    assertThat(lines()).hasSize(66);
    assertThat(lines().getLast()).startsWith("1/multi_modal_projector ");
  }

  @Test
  void aLineHasNameShapeNormAndFiveValues() {
    assertThat(run("trace", "--model", "golden/models/gemma3-f32", "--tokens", "1,2,3", "--only", "*q_rope", "--only",
        "norm", "--layers", "1")).isZero();
    assertThat(lines()).hasSize(2);
    String[] rope = lines().getFirst().split(" +");
    assertThat(String.join(" ", rope)).startsWith("layers.1.self_attn.q_rope [3, 6, 12] norm ");
    assertThat(rope).hasSize(11);
    assertThat(lines().getLast()).startsWith("norm ").contains("[3, 40]");
  }

  @Test
  void theNormIsThatOfAllValues() {
    String[] words = TraceCommand.line(2, "self_attn.k_rope",
        new Mat(new float[] {3, 0, 0, -4, 100}, 2, 2), 1).strip().split(" +");
    assertThat(String.join(" ", words)).startsWith("layers.2.self_attn.k_rope [1, 2, 2] norm 5.00000 3.00000 0.00000");
    assertThat(Double.parseDouble(words[words.length - 1])).isCloseTo(-4, within(1e-9));
  }

  @Test
  void wrongUsage() {
    assertThat(run("trace")).isEqualTo(Failures.USAGE);
    assertThat(run("trace", "-p", "a", "--tokens", "1")).isEqualTo(Failures.USAGE);
    assertThat(run("trace", "--tokens", "1,x")).isEqualTo(Failures.USAGE);
    assertThat(run("trace", "--tokens", "99999999")).isEqualTo(Failures.USAGE);
    assertThat(run("trace", "--tokens", "1", "--layers", "30")).isEqualTo(Failures.USAGE);
    assertThat(run("trace", "--tokens", "1", "--regime", "both")).isEqualTo(Failures.USAGE);
    assertThat(run("trace", "--tokens", "1", "--out", folder.resolve("no/t").toString())).isEqualTo(Failures.FAILED);
    assertThat(lines()).isEmpty();
  }
}
