package dev.quipu.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.bench.Shapes;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.family.ModelFamily.Model;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.ops.ScalarOps;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MadeUpWeightsTest {

  private static Config config(String golden) throws IOException {
    Path file = Path.of("golden/models", golden, "config.json");
    return Config.of("config.json", Json.parse(Files.readString(file), "config.json"));
  }

  static Stream<WeightFormat> formats() {
    List<WeightFormat> formats = new ArrayList<>();
    for (int bits : Packing.Affine.BITS) {
      for (int groupSize : Packing.Affine.GROUP_SIZES) {
        formats.add(new WeightFormat.Packed(new Packing.Affine(bits, groupSize)));
      }
    }
    Arrays.stream(Packing.Micro.values()).map(WeightFormat.Packed::new).forEach(formats::add);
    Stream.of(DType.F32, DType.F16, DType.BF16).map(WeightFormat.Dense::new).forEach(formats::add);
    return formats.stream();
  }

  /** A product with a unit vector gives a column back; with all of them, the matrix. */
  private static float[][] widened(Weight weight) {
    Mat units = Mat.zeros(weight.in(), weight.in());
    for (int i = 0; i < weight.in(); i++) {
      units.data()[i * weight.in() + i] = 1;
    }
    Mat columns = Mat.zeros(weight.in(), weight.out());
    try (Ops ops = new ScalarOps()) {
      ops.linear(columns, units, new Linear(weight, null), Regime.PROMPT);
    }
    float[][] rows = new float[weight.out()][weight.in()];
    for (int n = 0; n < weight.out(); n++) {
      for (int k = 0; k < weight.in(); k++) {
        rows[n][k] = columns.get(k, n);
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void rowsAreAboutOneLongAndAroundZero(WeightFormat format) {
    try (Arena arena = Arena.ofConfined()) {
      Weight weight = new MadeUpWeights(format, arena).matrix("a", 40, 256, "");
      assertThat(weight).isInstanceOf(format instanceof WeightFormat.Dense ? Weight.Dense.class : Weight.Packed.class);
      double squares = 0;
      double sum = 0;
      for (float[] row : widened(weight)) {
        for (float x : row) {
          assertThat(x == 0 || Math.abs(x) >= Float.MIN_NORMAL && Float.isFinite(x)).as("%s", x).isTrue();
          squares += x * x;
          sum += x;
        }
      }
      // powers of two may be off by √2; the mean of 10,240 numbers of a size of 1/16 is within 1/1,600 of 0
      assertThat(Math.sqrt(squares / 40)).isBetween(0.7, 1.45);
      assertThat(sum / (40 * 256)).isCloseTo(0, within(0.003));
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aModelOfEachFormatComputes(WeightFormat format) throws IOException {
    assertComputes(config("llama-q4g128"), format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-f32", "mistral-f32", "qwen2-f32", "qwen3-f32", "smollm3-f32", "phi3-f32", "helium-f32",
      "gemma-f32", "gemma2-f32", "gemma3-f32", "gemma4-f32", "gemma4-experts-nvfp4", "ministral3-f32",
      "gemma3-wrapper-f32", "gemma4-wrapper-f32"})
  void aModelOfEachFamilyComputes(String golden) throws IOException {
    assertComputes(config(golden), new WeightFormat.Packed(new Packing.Affine(4, 32)));
  }

  private static void assertComputes(Config config, WeightFormat format) {
    try (Arena arena = Arena.ofConfined(); Ops ops = new ScalarOps()) {
      Model model = ModelFamily.madeUp(config, format, arena);
      Decoder decoder = new Decoder(model.spec(), model.weights(), ops);
      int[] ids = {1, 2, 3, 4, 5};
      Segment segment = new Segment(decoder.newCache()).next(ids, 0, ids.length, Logits.LAST);
      Mat logits = decoder.forward(new Batch(Regime.PROMPT, segment));
      for (int i = 0; i < logits.cols(); i++) {
        assertThat(logits.get(0, i)).isFinite();
      }
      double spread = Arrays.stream(widest(logits)).max().getAsDouble();
      assertThat(spread).isBetween(0.01, 1000.0);
    }
  }

  private static double[] widest(Mat logits) {
    double[] sizes = new double[logits.cols()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(logits.get(0, i));
    }
    return sizes;
  }

  @Test
  void theSameModelComesOutEachTime() {
    try (Arena arena = Arena.ofConfined()) {
      WeightFormat format = new WeightFormat.Packed(new Packing.Affine(4, 64));
      Weight.Affine one = (Weight.Affine) new MadeUpWeights(format, arena).matrix("a", 8, 64, "");
      MadeUpWeights source = new MadeUpWeights(format, arena);
      assertThat(((Weight.Affine) source.matrix("b", 8, 64, "")).packed().mismatch(one.packed())).isEqualTo(-1);
      assertThat(((Weight.Affine) source.matrix("c", 8, 64, "")).packed().mismatch(one.packed())).isNotEqualTo(-1);
    }
  }

  @Test
  void whatDoesNotDivideIntoGroupsStaysDense() {
    try (Arena arena = Arena.ofConfined()) {
      WeightFormat format = new WeightFormat.Packed(new Packing.Affine(4, 64));
      assertThat(new MadeUpWeights(format, arena).matrix("a", 8, 96, "")).isInstanceOf(Weight.Dense.class);
    }
  }

  @Test
  void everyShapeIsAFamilysNumbers() {
    assertThat(Shapes.names()).contains("llama-3.2-1b", "smollm2-135m", "gemma-3-4b");
    for (String name : Shapes.names()) {
      Config config = Shapes.config(name);
      Family family = ModelFamily.of(config, _ -> false);
      HarmlessKeys.refuseOthers(config, Set.of());
      assertThat(family.spec().layers()).as(name).hasSizeGreaterThan(15);
    }
  }
}
