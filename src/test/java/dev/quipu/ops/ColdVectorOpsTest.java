package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plain loops of the first prompt: they keep the contract, and give the vector code's numbers to the last bit. */
class ColdVectorOpsTest extends OpsContract {

  private final Operands random = new Operands(4711);

  @Override
  Ops create() {
    return new VectorOps(3, new Warmth(true));
  }

  private interface Operation {
    void on(Ops ops, Mat out);
  }

  /** Runs the operation cold and warm, each on a copy of {@code out}, and compares. */
  private void assertSame(String what, Mat out, Operation operation) {
    Mat cold = new Mat(out.data().clone(), out.rows(), out.cols());
    Mat warm = new Mat(out.data().clone(), out.rows(), out.cols());
    try (Ops coldOps = create(); Ops warmOps = VectorOpsTest.warm(2)) {
      operation.on(coldOps, cold);
      operation.on(warmOps, warm);
    } catch (Exception e) {
      throw new AssertionError(what, e);
    }
    assertThat(cold.data()).as(what).isEqualTo(warm.data());
  }

  @Test
  void promptProductsAreThoseOfTheTiles() {
    List<Weight> weights = new ArrayList<>();
    for (Packing.Micro packing : Packing.Micro.values()) {
      weights.add(random.micro(packing, 75, 9 * packing.groupSize()));
    }
    for (int bits : new int[] {1, 2, 3, 4, 5, 6, 8}) {
      for (int groupSize : new int[] {32, 64, 128}) {
        weights.add(random.affine(bits, groupSize, DType.F16, 75, 3 * groupSize));
      }
    }
    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      weights.add(random.dense(type, 1100, 301));
    }
    for (Weight weight : weights) {
      Linear w = new Linear(weight, random.floats(weight.out()));
      for (int rows : new int[] {1, 5, 40}) {
        Mat x = random.mat(rows, weight.in());
        assertSame(weight + ", " + rows + " rows", Mat.zeros(rows, weight.out()),
            (ops, out) -> ops.linear(out, x, w, Regime.PROMPT));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 20, 64, 100, 256})
  void attentionIsThatOfTheVectors(int headDim) {
    AttentionShape plain = new AttentionShape(6, 2, headDim, 0.2f, AttentionShape.ALL);
    int length = KvCache.BLOCK + 45;
    KvCache cache = new KvCache.Full(2, headDim);
    cache.append(random.mat(length, 2 * headDim), random.mat(length, 2 * headDim), 0, length);
    Mat q = random.mat(50, 6 * headDim);
    for (AttentionShape shape : List.of(plain, plain.withSoftcap(5), plain.seeingAhead(),
        plain.withWindow(30).withKeep(4))) {
      assertSame("attention, " + shape, Mat.zeros(50, 6 * headDim),
          (ops, out) -> ops.attention(out, q, 0, 50, cache, shape, length - 50));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 6, 8})
  void attentionOverPackedNumbersIsThatOfTheVectors(int bits) {
    AttentionShape shape = new AttentionShape(6, 2, 64, 0.2f, AttentionShape.ALL);
    int length = KvCache.BLOCK + 45;
    KvCache cache = new KvCache.Packed(2, 64, new Packing.Affine(bits, 32));
    cache.append(random.mat(length, 128), random.mat(length, 128), 0, length);
    Mat q = random.mat(50, 384);
    assertSame(bits + " bits", Mat.zeros(50, 384),
        (ops, out) -> ops.attention(out, q, 0, 50, cache, shape, length - 50));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 31, 33, 64, 576, 701})
  void normsAreThoseOfTheVectors(int width) {
    Mat x = random.mat(9, width);
    float[] weight = random.floats(width);
    assertSame("norm", Mat.zeros(9, width), (ops, out) -> ops.rmsNorm(out, x, weight, 1e-6f));
    assertSame("layer norm", Mat.zeros(9, width), (ops, out) -> ops.layerNorm(out, x, weight, weight, 1e-6f));
  }

  @ParameterizedTest
  @EnumSource
  void gatesAreThoseOfTheVectors(Activation activation) {
    Mat gate = random.mat(5, 1001);
    for (int i = 0; i < gate.data().length; i++) {
      gate.data()[i] *= 30;
    }
    gate.data()[3] = 3e38f;
    gate.data()[4] = -3e38f;
    gate.data()[5] = Float.POSITIVE_INFINITY;
    Mat up = random.mat(5, 1001);
    assertSame("gate", gate, (ops, out) -> ops.gate(out, up, activation));
    assertSame("activation", gate, (ops, out) -> ops.activate(out, activation));
  }

  @Test
  void softcapsAreThoseOfTheVectors() {
    Mat x = random.mat(5, 1001);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] *= i % 2 == 0 ? 0.1f : 60;
    }
    assertSame("softcap", x, (ops, out) -> ops.softcap(out, 30));
  }

  @Test
  void logSumExpIsThatOfTheVectors() {
    Mat x = random.mat(3, 1003);
    assertSame("log-sum-exp", Mat.zeros(1, 3), (ops, out) -> {
      for (int row = 0; row < 3; row++) {
        out.data()[row] = ops.logSumExp(x, row);
      }
    });
  }
}
