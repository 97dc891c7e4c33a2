package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Rotation;
import dev.quipu.tensor.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every implementation of the operations owes: the numbers of {@link ScalarOps} within a stated part of the sum of
 * all terms' sizes, worked examples, and numbers of a row that no other row changes.
 */
abstract class OpsContract {

  private static final int[] ROWS = {1, 2, 7, 16, 17, 33};
  private static final DType[] FLOATS = {DType.F32, DType.F16, DType.BF16};
  private static final int[] BITS = {1, 2, 3, 4, 5, 6, 8};
  private static final int BASE = KvCache.BLOCK;

  private final Operands random = new Operands(20260111);
  private final Ops truth = new ScalarOps();
  private Ops ops;

  abstract Ops create();

  @BeforeEach
  void open() {
    ops = create();
  }

  @AfterEach
  void close() {
    ops.close();
  }

  // linear

  @ParameterizedTest
  @EnumSource
  void denseProductsMatchTheDefinition(Regime regime) {
    for (DType type : FLOATS) {
      for (int inputs = 1; inputs <= 33; inputs++) {
        assertProduct(random.dense(type, 5, inputs), 3, regime);
      }
      for (int inputs : new int[] {100, 207, 702, 2046, 4098}) {
        assertProduct(random.dense(type, 9, inputs), 5, regime);
      }
      for (int rows : ROWS) {
        assertProduct(random.dense(type, 67, 300), rows, regime);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void quantizedProductsMatchTheDefinition(Regime regime) {
    for (Weight weight : everyQuantization(7)) {
      assertProduct(weight, 3, regime);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyNumberOfRowsMatchesTheDefinition(Regime regime) {
    for (int bits : new int[] {3, 4, 8}) {
      for (int rows : ROWS) {
        assertProduct(random.affine(bits, 64, DType.BF16, 45, 576), rows, regime);
        assertProduct(random.affine(bits, 32, DType.F16, 100, 224), rows, regime);
      }
    }
  }

  @Test
  void aTermlessInputGivesTheBias() {
    Linear w = new Linear(random.affine(4, 32, DType.F16, 40, 64), random.floats(40));
    for (Regime regime : Regime.values()) {
      Mat out = Mat.zeros(2, 40);
      ops.linear(out, Mat.zeros(2, 64), w, regime);
      assertThat(Arrays.copyOf(out.data(), 40)).containsExactly(w.bias());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRowsProductsDoNotDependOnTheOtherRows(Regime regime) {
    for (Weight weight : everyKindOfWeight(50)) {
      Linear w = new Linear(weight, null);
      Mat x = random.mat(70, weight.in());
      Mat together = product(ops, x, w, regime);
      for (int rows : new int[] {1, 2, 7, 16, 17, 33}) {
        Mat some = product(ops, rowsOf(x, 3, rows), w, regime);
        assertSame(rows + " rows, " + name(weight), some, rowsOf(together, 3, rows));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalProjectionsAtOnceGiveTheNumbersOfEach(Regime regime) {
    Linear[] ws = {
      new Linear(random.affine(4, 32, DType.F16, 200, 192), random.floats(200)),
      new Linear(random.affine(4, 64, DType.F16, 37, 192), null),
      new Linear(random.affine(8, 32, DType.F16, 70, 192), null),
      new Linear(random.micro(Packing.Micro.NVFP4, 70, 192), null),
      new Linear(random.micro(Packing.Micro.MXFP4, 70, 192), null),
      new Linear(random.micro(Packing.Micro.MXFP8, 70, 192), null),
      new Linear(random.dense(DType.BF16, 64, 192), null)
    };
    Mat x = random.mat(19, 192);
    Mat[] outs = new Mat[ws.length];
    for (int i = 0; i < ws.length; i++) {
      outs[i] = Mat.zeros(19, ws[i].weight().out());
    }
    ops.linear(outs, x, ws, regime);
    for (int i = 0; i < ws.length; i++) {
      assertSame("projection " + i, outs[i], product(ops, x, ws[i], regime));
    }
  }

  @ParameterizedTest
  @EnumSource
  void someRowsOfAWeightGiveTheNumbersTheyGiveAmongTheOthers(Regime regime) {
    for (Weight weight : everyKindOfWeight(50)) {
      Mat x = random.mat(5, weight.in());
      Mat all = product(ops, x, new Linear(weight, null), regime);
      Mat some = product(ops, x, new Linear(weight.rows(19, 30), null), regime);
      for (int t = 0; t < 5; t++) {
        for (int n = 0; n < 30; n++) {
          assertThat(some.get(t, n)).as("row %d, output %d, %s", t, n, name(weight)).isEqualTo(all.get(t, 19 + n));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCodeOfASmallFloatHasItsMeaning(Packing.Micro packing) {
    int codes = 1 << packing.bits();
    int in = Math.max(codes, packing.groupSize());
    for (int scale = 0; scale < 256; scale++) {
      Weight weight = everyCode(packing, in, scale);
      Mat embedded = Mat.zeros(1, in);
      ops.embed(embedded, 0, new int[1], 0, 1, weight);
      for (int k = 0; k < codes; k++) {
        Float expected = meaning(packing, k) * scale(packing, scale); // as an object: NaN equals NaN
        assertThat(embedded.data()[k]).as("code %d, scale %d", k, scale).isEqualTo(expected);
      }
    }
  }

  /** One code meets one activation, all others zeros. */
  @ParameterizedTest
  @EnumSource
  void aSmallFloatTimesOneIsItself(Packing.Micro packing) {
    int codes = 1 << packing.bits();
    for (int k = 0; k < codes; k++) {
      for (int lane : new int[] {0, 1, 7, 30, 63}) {
        Mat x = Mat.zeros(1, 64);
        x.data()[lane] = 1;
        float one = meaning(packing, k) * scale(packing, 100);
        Float expected = one == 0 ? 0 : one; // as an object: NaN equals NaN
        for (Regime regime : Regime.values()) {
          Mat out = product(ops, x, new Linear(oneCode(packing, lane, k, (byte) 100), null), regime);
          assertThat(out.data()[0]).as("code %d, lane %d, %s", k, lane, regime).isEqualTo(expected);
        }
      }
    }
  }

  private static Weight oneCode(Packing.Micro packing, int lane, int code, byte scale) {
    byte[] packed = new byte[64 * packing.bits() / 8];
    packed[lane * packing.bits() / 8] = (byte) (code << lane * packing.bits() % 8);
    byte[] scales = new byte[64 / packing.groupSize()];
    Arrays.fill(scales, scale);
    return new Weight.MicroScaled(Operands.offHeap(packed), Operands.offHeap(scales), packing, 1, 64);
  }

  private static Weight everyCode(Packing.Micro packing, int in, int scale) {
    byte[] packed = new byte[in * packing.bits() / 8];
    for (int k = 0; k < packed.length; k++) {
      packed[k] = (byte) (packing.bits() == 8 ? k : 2 * k | 2 * k + 1 << 4);
    }
    byte[] scales = new byte[in / packing.groupSize()];
    Arrays.fill(scales, (byte) scale);
    return new Weight.MicroScaled(Operands.offHeap(packed), Operands.offHeap(scales), packing, 1, in);
  }

  // The formulas of the OCP specification, written out once more.

  private static float meaning(Packing.Micro packing, int code) {
    return packing.bits() == 8 ? tiny(code, 8, 3, 7) : tiny(code, 4, 1, 1);
  }

  private static float scale(Packing.Micro packing, int code) {
    if (packing == Packing.Micro.NVFP4) {
      return tiny(code, 8, 3, 7);
    }
    return code == 255 ? Float.POSITIVE_INFINITY : (float) Math.pow(2, code - 127);
  }

  private static float tiny(int code, int bits, int mantissaBits, int bias) {
    if (bits == 8 && code % 128 == 127) {
      return Float.NaN;
    }
    int exponent = code % (1 << bits - 1) >> mantissaBits;
    double mantissa = code % (1 << mantissaBits) / Math.pow(2, mantissaBits);
    double size = exponent == 0 ? mantissa * Math.pow(2, 1 - bias) : (1 + mantissa) * Math.pow(2, exponent - bias);
    return (float) (code >> bits - 1 == 0 ? size : -size);
  }

  private void assertProduct(Weight weight, int rows, Regime regime) {
    Linear w = new Linear(weight, random.floats(weight.out()));
    Mat x = random.mat(rows, weight.in());
    Mat got = product(ops, x, w, regime);
    Mat expected = product(truth, x, w, regime);
    float[] row = new float[weight.in()];
    for (int n = 0; n < weight.out(); n++) {
      ScalarOps.widenRow(weight, n, row, 0);
      double offset = weight instanceof Weight.Affine ? 1 : 0; // a group's bias counts as a term of its own
      for (int t = 0; t < rows; t++) {
        double size = Math.abs(w.bias()[n]);
        for (int k = 0; k < row.length; k++) {
          size += Math.abs(x.get(t, k)) * (Math.abs(row[k]) + offset);
        }
        if (!close(got.get(t, n), expected.get(t, n), 2e-6 * size)) {
          String where = "%s of %d rows, row %d, output %d, %s".formatted(regime, rows, t, n, name(weight));
          fail(where + different(got.get(t, n), expected.get(t, n), 2e-6 * size));
        }
      }
    }
  }

  private static Mat product(Ops ops, Mat x, Linear w, Regime regime) {
    Mat out = Mat.zeros(x.rows(), w.weight().out());
    ops.linear(out, x, w, regime);
    return out;
  }

  private List<Weight> everyQuantization(int out) {
    List<Weight> weights = new ArrayList<>();
    for (Packing.Micro packing : Packing.Micro.values()) {
      for (int groups : new int[] {1, 2, 3, 4, 5, 8, 9, 12, 24, 27}) {
        weights.add(random.micro(packing, out, groups * packing.groupSize()));
      }
    }
    for (int bits : BITS) {
      for (int groupSize : new int[] {32, 64, 128}) {
        for (DType type : FLOATS) {
          for (int groups : new int[] {1, 2, 3, 5, 8, 9}) {
            weights.add(random.affine(bits, groupSize, type, out, groups * groupSize));
          }
        }
      }
    }
    return weights;
  }

  private List<Weight> everyKindOfWeight(int out) {
    List<Weight> weights = new ArrayList<>();
    for (DType type : FLOATS) {
      weights.add(random.dense(type, out, 293));
    }
    for (Packing.Micro packing : Packing.Micro.values()) {
      weights.add(random.micro(packing, out, 576));
      weights.add(random.micro(packing, out, 288));
    }
    for (int bits : BITS) {
      weights.add(random.affine(bits, 32, DType.F16, out, 288));
      weights.add(random.affine(bits, 64, DType.BF16, out, 576));
    }
    return weights;
  }

  // embed

  @Test
  void embeddingsAreTheTablesRows() {
    List<Weight> tables = everyKindOfWeight(11);
    tables.addAll(everyQuantization(11));
    for (Weight table : tables) {
      Mat out = random.mat(4, table.in());
      Mat expected = new Mat(out.data().clone(), 4, table.in());
      int[] tokens = {9, 10, 0, 10, 3};
      ops.embed(out, 1, tokens, 1, 3, table);
      truth.embed(expected, 1, tokens, 1, 3, table);
      assertClose("embed " + name(table), out, expected, 1e-6);
    }
  }

  // rmsNorm

  @Test
  void rmsNormOfThreeAndFour() {
    Mat x = new Mat(new float[] {3, 4}, 1, 2);
    ops.rmsNorm(x, x, new float[] {1, 2}, 0); // √((9 + 16) / 2) = 3.5355
    assertThat(x.data()).containsExactly(new float[] {0.84852814f, 2.2627417f}, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 13, 16, 17, 31, 32, 33, 64, 100, 207, 702, 2046, 4098})
  void rmsNormMatchesTheDefinition(int width) {
    for (int rows : ROWS) {
      Mat x = random.mat(rows, width);
      float[] weight = random.floats(width);
      Mat got = Mat.zeros(rows, width);
      Mat expected = Mat.zeros(rows, width);
      ops.rmsNorm(got, x, weight, 1e-6f);
      truth.rmsNorm(expected, x, weight, 1e-6f);
      assertClose("rmsNorm", got, expected, 1e-6);
    }
  }

  @Test
  void rmsNormOfZerosIsZero() {
    Mat x = Mat.zeros(2, 33);
    ops.rmsNorm(x, x, random.floats(33), 1e-6f);
    assertSame("norm of zeros", new Mat(absolute(x.data()), 2, 33), Mat.zeros(2, 33));
  }

  private static float[] absolute(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.abs(x[i]);
    }
    return x;
  }

  // layerNorm

  @Test
  void layerNormOfOneAndThree() {
    Mat x = new Mat(new float[] {1, 3}, 1, 2);
    ops.layerNorm(x, x, new float[] {1, 2}, new float[] {10, 20}, 3); // mean 2, variance 1: divided by √(1 + 3)
    assertThat(x.data()).containsExactly(new float[] {9.5f, 21}, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 13, 16, 17, 31, 32, 33, 64, 207, 702, 1152, 4098})
  void layerNormMatchesTheDefinition(int width) {
    for (int rows : ROWS) {
      Mat x = random.mat(rows, width);
      for (int i = 0; i < width; i++) {
        x.data()[i] += 100; // far from zero: the mean must be taken off first
      }
      float[] weight = random.floats(width);
      float[] bias = random.floats(width);
      Mat got = Mat.zeros(rows, width);
      Mat expected = Mat.zeros(rows, width);
      ops.layerNorm(got, x, weight, bias, 1e-6f);
      truth.layerNorm(expected, x, weight, bias, 1e-6f);
      assertClose("layerNorm", rowsOf(got, 1, rows - 1), rowsOf(expected, 1, rows - 1), 2e-6);
      if (width > 1) assertClose("layerNorm, far", rowsOf(got, 0, 1), rowsOf(expected, 0, 1), 2e-4);
    }
  }

  @Test
  void aRowsLayerNormDoesNotDependOnTheOtherRows() {
    Mat x = random.mat(40, 701);
    float[] weight = random.floats(701);
    float[] bias = random.floats(701);
    Mat alone = rowsOf(x, 20, 1);
    ops.layerNorm(x, x, weight, bias, 1e-6f);
    ops.layerNorm(alone, alone, weight, bias, 1e-6f);
    assertSame("row 20", alone, rowsOf(x, 20, 1));
  }

  // averagePool

  @Test
  void averagesOfAGridOfThreeByThree() {
    Mat x = new Mat(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 9, 1);
    Mat overlapping = Mat.zeros(4, 1);
    ops.averagePool(overlapping, x, 3, 2, 1);
    assertThat(overlapping.data()).containsExactly(3, 4, 6, 7); // (1 + 2 + 4 + 5) / 4, …
    Mat corner = Mat.zeros(1, 1);
    ops.averagePool(corner, x, 3, 2, 2);
    assertThat(corner.data()).containsExactly(3);
  }

  @Test
  void averagesMatchTheDefinition() {
    for (int channels : new int[] {1, 3, 33, 1152}) {
      Mat x = random.mat(12 * 20, channels); // 12 rows of 20 points
      for (int[] shape : new int[][] {{4, 4, 3 * 5}, {3, 2, 5 * 9}, {2, 5, 3 * 4}, {1, 1, 12 * 20}, {12, 1, 9}}) {
        Mat got = Mat.zeros(shape[2], channels);
        Mat expected = Mat.zeros(shape[2], channels);
        ops.averagePool(got, x, 20, shape[0], shape[1]);
        truth.averagePool(expected, x, 20, shape[0], shape[1]);
        assertClose("averagePool " + shape[0] + " by " + shape[1], got, expected, 1e-6);
      }
    }
  }

  // rope

  @Test
  void aQuarterTurnSwapsThePair() {
    Rotation rotation = new Rotation(1, 4, false);
    Arrays.fill(rotation.sin(), 1);
    Mat x = new Mat(new float[] {1, 2, 3, 4, 9}, 1, 5);
    ops.rope(x, 5, rotation);
    assertThat(x.data()).containsExactly(-3, -4, 1, 2, 9);
  }

  @Test
  void traditionalRopeTurnsNeighbours() {
    Rotation rotation = new Rotation(1, 4, true);
    Arrays.fill(rotation.sin(), 1);
    Mat x = new Mat(new float[] {1, 2, 3, 4, 9}, 1, 5);
    ops.rope(x, 5, rotation);
    assertThat(x.data()).containsExactly(-2, 1, -4, 3, 9);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 16, 32, 34, 64, 96, 128, 256})
  void ropeMatchesTheDefinition(int dims) {
    for (boolean traditional : new boolean[] {false, true}) {
      Rotation rotation = new Rotation(40, dims, traditional);
      for (int i = 0; i < 40 * dims / 2; i++) {
        rotation.cos()[i] = (float) Math.cos(0.37 * i);
        rotation.sin()[i] = (float) Math.sin(0.37 * i);
      }
      Mat x = random.mat(40, 3 * (dims + 2));
      Mat expected = new Mat(x.data().clone(), 40, x.cols());
      ops.rope(x, dims + 2, rotation);
      truth.rope(expected, dims + 2, rotation);
      assertClose("rope", x, expected, 1e-6);
    }
  }

  // attention

  @Test
  void aLoneTokenAttendsToItself() {
    AttentionShape shape = new AttentionShape(2, 1, 3, 0.5f, AttentionShape.ALL);
    Mat v = random.mat(1, 3);
    KvCache cache = cache(shape, random.mat(1, 3), v);
    Mat out = Mat.zeros(1, 6);
    ops.attention(out, random.mat(1, 6), 0, 1, cache, shape, 0);
    float[] expected = Arrays.copyOf(v.data(), 6);
    System.arraycopy(v.data(), 0, expected, 3, 3);
    assertThat(out.data()).containsExactly(expected, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 16, 20, 32, 64, 72, 96, 128, 256})
  void attentionMatchesTheDefinition(int headDim) {
    for (int heads : new int[] {1, 2, 6}) {
      for (int window : new int[] {AttentionShape.ALL, 1, 17, 300}) {
        AttentionShape shape = new AttentionShape(2 * heads, 2, headDim, 0.3f, window);
        for (int length : new int[] {1, 5, 33, BASE, BASE + 1, 2 * BASE + 60}) {
          assertAttention(shape, length, Math.min(length, 5));
        }
      }
    }
  }

  private void assertAttention(AttentionShape shape, int length, int rows) {
    assertAttention(new KvCache.Full(shape.kvHeads(), shape.headDim()), shape, length, rows);
  }

  private void assertAttention(KvCache cache, AttentionShape shape, int length, int rows) {
    int kvWidth = shape.kvHeads() * shape.headDim();
    cache.append(random.mat(length, kvWidth), random.mat(length, kvWidth), 0, length);
    Mat q = random.mat(rows + 1, shape.heads() * shape.headDim());
    Mat got = Mat.zeros(rows + 1, q.cols());
    Mat expected = Mat.zeros(rows + 1, q.cols());
    ops.attention(got, q, 1, rows, cache, shape, length - rows);
    truth.attention(expected, q, 1, rows, cache, shape, length - rows);
    assertClose("attention over " + length + ", " + shape, got, expected, 1e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 64})
  void attentionWithASoftCapMatchesTheDefinition(int headDim) {
    AttentionShape shape = new AttentionShape(4, 2, headDim, 0.9f, AttentionShape.ALL).withSoftcap(3);
    for (int length : new int[] {1, 5, 33, BASE + 1}) {
      assertAttention(shape, length, Math.min(length, 5));
      assertAttention(shape.withWindow(17), length, Math.min(length, 5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 64})
  void attentionThatSeesAheadMatchesTheDefinition(int headDim) {
    AttentionShape shape = new AttentionShape(4, 2, headDim, 0.3f, AttentionShape.ALL).seeingAhead();
    for (int length : new int[] {1, 5, 33, BASE + 1}) {
      assertAttention(shape, length, Math.min(length, 5));
      assertAttention(shape.withWindow(17), length, Math.min(length, 5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 64})
  void attentionThatKeepsTheFirstPositionsMatchesTheDefinition(int headDim) {
    AttentionShape shape = new AttentionShape(4, 2, headDim, 0.3f, AttentionShape.ALL);
    for (int keep : new int[] {1, 4, 20, BASE, BASE + 5, 2 * BASE + 3}) {
      for (int window : new int[] {1, 17, BASE + 44}) {
        for (int length : new int[] {1, 5, 33, BASE + 1, 3 * BASE + 60}) {
          assertAttention(shape.withWindow(window).withKeep(keep), length, Math.min(length, 5));
          assertAttention(shape.withWindow(window).withKeep(keep), length, Math.min(length, 40));
        }
      }
    }
    assertAttention(shape.withWindow(9).withKeep(2).withSoftcap(3), BASE + 10, 30);
  }

  @Test
  void aQueryMixesTheFirstPositionsWithItsWindow() {
    AttentionShape shape = new AttentionShape(1, 1, 1, 1, 2).withKeep(1);
    Mat v = new Mat(new float[] {1, 3, 5, 12, 20}, 5, 1);
    KvCache cache = cache(shape, Mat.zeros(5, 1), v); // equal scores: the mean
    Mat out = Mat.zeros(5, 1);
    ops.attention(out, Mat.zeros(5, 1), 0, 5, cache, shape, 0);
    assertThat(out.data()).containsExactly(new float[] {1, 2, 3, 6, 11}, within(1e-5f));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 6, 8})
  void attentionOverPackedKeysAndValuesMatchesTheDefinition(int bits) {
    for (int groupSize : new int[] {32, 64, 128}) {
      AttentionShape shape = new AttentionShape(6, 2, 128, 0.1f, AttentionShape.ALL);
      for (int length : new int[] {1, 5, 33, BASE, 2 * BASE + 60}) {
        for (int rows : new int[] {1, 5, 33}) {
          KvCache cache = new KvCache.Packed(2, 128, new Packing.Affine(bits, groupSize));
          assertAttention(cache, shape, length, Math.min(length, rows));
        }
      }
    }
  }

  @Test
  void packedNumbersAreThoseThatAFloatCacheWouldHold() {
    AttentionShape shape = new AttentionShape(6, 2, 64, 0.125f, AttentionShape.ALL);
    int length = BASE + 77;
    for (int bits : new int[] {2, 3, 4, 6, 8}) {
      KvCache packed = new KvCache.Packed(2, 64, new Packing.Affine(bits, 32));
      packed.append(random.mat(length, 128), random.mat(length, 128), 0, length);
      KvCache floats = unpacked(packed, 2, 64);
      for (int rows : new int[] {1, 50}) {
        Mat q = random.mat(rows, 384);
        Mat got = Mat.zeros(rows, 384);
        Mat expected = Mat.zeros(rows, 384);
        ops.attention(got, q, 0, rows, packed, shape, length - rows);
        ops.attention(expected, q, 0, rows, floats, shape, length - rows);
        assertSame(bits + " bits, " + rows + " rows", got, expected);
      }
    }
  }

  private static KvCache unpacked(KvCache packed, int heads, int headDim) {
    Mat k = Mat.zeros(packed.length(), heads * headDim);
    Mat v = Mat.zeros(packed.length(), heads * headDim);
    for (int i = 0; i < k.size(); i++) {
      int head = i % k.cols() / headDim;
      k.data()[i] = packed.key(head, i / k.cols(), i % headDim);
      v.data()[i] = packed.value(head, i / k.cols(), i % headDim);
    }
    KvCache floats = new KvCache.Full(heads, headDim);
    floats.append(k, v, 0, k.rows());
    return floats;
  }

  @Test
  void aQueryThatSeesAheadMixesWhatComesAfterIt() {
    AttentionShape causal = new AttentionShape(1, 1, 2, 1, AttentionShape.ALL);
    KvCache cache = cache(causal, Mat.zeros(2, 2), new Mat(new float[] {1, 2, 5, 8}, 2, 2)); // equal scores: the mean
    Mat out = Mat.zeros(2, 2);
    ops.attention(out, Mat.zeros(2, 2), 0, 2, cache, causal, 0);
    assertThat(out.data()).containsExactly(new float[] {1, 2, 3, 5}, within(1e-6f));
    ops.attention(out, Mat.zeros(2, 2), 0, 2, cache, causal.seeingAhead(), 0);
    assertThat(out.data()).containsExactly(new float[] {3, 5, 3, 5}, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 50})
  void aQuerysAttentionDoesNotDependOnItsChunk(float softcap) {
    AttentionShape shape = new AttentionShape(6, 2, 64, 0.125f, 290).withSoftcap(softcap);
    assertAnyChunk(shape, new KvCache.Full(2, 64));
    assertAnyChunk(shape, new KvCache.Packed(2, 64, new Packing.Affine(6, 64)));
    assertAnyChunk(shape.withWindow(100).withKeep(4), new KvCache.Full(2, 64));
    assertAnyChunk(shape.withWindow(100).withKeep(BASE + 30), new KvCache.Full(2, 64));
    assertAnyChunk(shape.seeingAhead(), new KvCache.Full(2, 64, DType.BF16));
    AttentionShape odd = new AttentionShape(4, 2, 20, 0.2f, AttentionShape.ALL).withSoftcap(softcap);
    assertAnyChunk(odd, new KvCache.Full(2, 20));
    assertAnyChunk(odd.seeingAhead(), new KvCache.Full(2, 20));
  }

  private void assertAnyChunk(AttentionShape shape, KvCache cache) {
    int length = 2 * BASE + 90;
    int kvWidth = shape.kvHeads() * shape.headDim();
    int width = shape.heads() * shape.headDim();
    cache.append(random.mat(length, kvWidth), random.mat(length, kvWidth), 0, length);
    Mat q = random.mat(length, width);
    Mat whole = Mat.zeros(length, width);
    ops.attention(whole, q, 0, length, cache, shape, 0);
    for (int chunk : new int[] {1, 7, 64, 300}) {
      Mat cut = Mat.zeros(length, width);
      for (int row = 0; row < length; row += chunk) {
        ops.attention(cut, q, row, Math.min(chunk, length - row), cache, shape, row);
      }
      assertSame("chunks of " + chunk, cut, whole);
    }
  }

  @Test
  void attentionStaysRightWithHugeScores() {
    AttentionShape shape = new AttentionShape(1, 1, 16, 1, AttentionShape.ALL);
    Mat k = random.mat(50, 16);
    for (int i = 0; i < k.data().length; i++) {
      k.data()[i] *= 1e4f;
    }
    KvCache cache = cache(shape, k, random.mat(50, 16));
    Mat q = random.mat(1, 16);
    Mat got = Mat.zeros(1, 16);
    Mat expected = Mat.zeros(1, 16);
    ops.attention(got, q, 0, 1, cache, shape, 49);
    truth.attention(expected, q, 0, 1, cache, shape, 49);
    assertClose("attention", got, expected, 1e-5);
  }

  private static KvCache cache(AttentionShape shape, Mat k, Mat v) {
    KvCache cache = new KvCache.Full(shape.kvHeads(), shape.headDim());
    cache.append(k, v, 0, k.rows());
    return cache;
  }

  // gate, add, scale

  @Test
  void gatesOfWorkedValues() {
    Mat silu = new Mat(new float[] {0, 1, -1, 20}, 1, 4);
    ops.gate(silu, new Mat(new float[] {1, 1, 1, 2}, 1, 4), Activation.SILU);
    assertThat(silu.data()).containsExactly(new float[] {0, 0.7310586f, -0.26894142f, 40}, within(1e-6f));
    Mat gelu = new Mat(new float[] {0, 1, -1, 20}, 1, 4);
    ops.gate(gelu, new Mat(new float[] {1, 1, 1, 2}, 1, 4), Activation.GELU_TANH);
    assertThat(gelu.data()).containsExactly(new float[] {0, 0.84119199f, -0.15880801f, 40}, within(1e-6f));
    Mat exact = new Mat(new float[] {0, 1, -1, 20, -4}, 1, 5); // Φ(1) = 0.8413447461, Φ(−4) = 3.167124183·10⁻⁵
    ops.gate(exact, new Mat(new float[] {1, 1, 1, 2, 1}, 1, 5), Activation.GELU_ERF);
    assertThat(exact.data()).containsExactly(
        new float[] {0, 0.84134475f, -0.15865525f, 40, -1.2668497e-4f}, within(1e-7f));
  }

  @ParameterizedTest
  @EnumSource
  void gatesMatchTheDefinition(Activation activation) {
    for (int cols : new int[] {1, 2, 7, 16, 33, 1536, 4098}) {
      for (int rows : new int[] {1, 3, 20}) {
        Mat gate = random.mat(rows, cols);
        for (int i = 0; i < gate.data().length; i++) {
          gate.data()[i] *= 8;
        }
        Mat up = random.mat(rows, cols);
        Mat expected = new Mat(gate.data().clone(), rows, cols);
        ops.gate(gate, up, activation);
        truth.gate(expected, up, activation);
        for (int i = 0; i < gate.data().length; i++) {
          double close = 2e-6 * Math.abs(expected.data()[i]) + 1e-9;
          if (!close(gate.data()[i], expected.data()[i], close)) {
            fail(activation + ", element " + i + different(gate.data()[i], expected.data()[i], close));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void gatesAreRightAtTheExtremes(Activation activation) {
    float[] extremes = {
      0f, -0f, 1e-30f, -1e-30f, 88, -88, 89, -89, 104, -104, 1e4f, -1e4f, 1e10f, -1e10f, 1e25f, -1e25f, 3e38f, -3e38f,
      Float.POSITIVE_INFINITY
    };
    Mat gate = new Mat(extremes.clone(), 1, extremes.length);
    Mat expected = new Mat(extremes.clone(), 1, extremes.length);
    Mat up = Mat.zeros(1, extremes.length);
    Arrays.fill(up.data(), 1);
    ops.gate(gate, up, activation);
    truth.gate(expected, up, activation);
    for (int i = 0; i < extremes.length; i++) {
      assertThat(gate.data()[i]).as("gate of %s", extremes[i]).isCloseTo(expected.data()[i], within(1e-35f));
    }
  }

  @Test
  void anElementsGateDoesNotDependOnWhereItStands() {
    Mat gate = random.mat(30, 701);
    Mat up = random.mat(30, 701);
    Mat alone = rowsOf(gate, 20, 1);
    Mat upAlone = rowsOf(up, 20, 1);
    ops.gate(gate, up, Activation.SILU);
    ops.gate(alone, upAlone, Activation.SILU);
    assertSame("row 20", alone, rowsOf(gate, 20, 1));
  }

  @ParameterizedTest
  @EnumSource
  void anActivationIsAGateOfOnes(Activation activation) {
    for (int cols : new int[] {1, 2, 7, 33, 511, 512, 513, 4098}) {
      for (int rows : new int[] {1, 3, 20}) {
        Mat x = random.mat(rows, cols);
        for (int i = 0; i < x.data().length; i++) {
          x.data()[i] *= 8;
        }
        Mat gate = new Mat(x.data().clone(), rows, cols);
        Mat ones = Mat.zeros(rows, cols);
        Arrays.fill(ones.data(), 1);
        ops.activate(x, activation);
        ops.gate(gate, ones, activation);
        assertSame(activation + " of " + rows + "x" + cols, x, gate);
      }
    }
  }

  @Test
  void activationsTouchTheirRowsOnly() {
    Mat x = new Mat(new float[] {1, -1, 100, 100}, 1, 2);
    ops.activate(x, Activation.GELU_ERF); // Φ(1) = 0.8413447
    assertThat(x.data()).containsExactly(new float[] {0.8413447f, -0.1586553f, 100, 100}, within(1e-6f));
  }

  @Test
  void addAndScaleTouchTheirRowsOnly() {
    Mat x = new Mat(new float[] {1, 2, 3, 100}, 1, 3);
    ops.add(x, new Mat(new float[] {10, 20, 30, 40}, 1, 3));
    ops.scale(x, 2);
    assertThat(x.data()).containsExactly(22, 44, 66, 100);
  }

  @Test
  void scaledRowsHaveAFactorEach() {
    Mat x = new Mat(new float[] {1, 2, 3, 4, 100}, 2, 2);
    ops.scaleRows(x, new float[] {2, 10, 7});
    assertThat(x.data()).containsExactly(2, 4, 30, 40, 100);
  }

  @Test
  void softcapsOfWorkedValues() {
    Mat x = new Mat(new float[] {0, 1e-6f, 30, -30, 1e30f, 15, 77}, 1, 6);
    ops.softcap(x, 30);
    assertThat(x.data()).containsExactly( // tanh 1 = 0.761594156, tanh ½ = 0.462117157
        new float[] {0, 1e-6f, 22.8478247f, -22.8478247f, 30, 13.8635147f, 77}, within(4e-6f));
    assertThat(x.data()[1]).isCloseTo(1e-6f, within(1e-12f));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16, 33, 1536, 4098})
  void softcapsMatchTheDefinition(int cols) {
    for (int rows : new int[] {1, 3, 20}) {
      Mat x = random.mat(rows, cols);
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] *= i % 3 == 0 ? 0.01f : 40;
      }
      Mat expected = new Mat(x.data().clone(), rows, cols);
      ops.softcap(x, 30);
      truth.softcap(expected, 30);
      for (int i = 0; i < x.data().length; i++) {
        double close = 1e-6 * Math.abs(expected.data()[i]);
        if (!close(x.data()[i], expected.data()[i], close)) {
          fail("softcap, element " + i + different(x.data()[i], expected.data()[i], close));
        }
      }
    }
  }

  private static Mat rowsOf(Mat x, int row, int rows) {
    return new Mat(Arrays.copyOfRange(x.data(), row * x.cols(), (row + rows) * x.cols()), rows, x.cols());
  }

  private static void assertClose(String op, Mat got, Mat expected, double tolerance) {
    for (int t = 0; t < got.rows(); t++) {
      double size = 0;
      for (int i = 0; i < got.cols(); i++) {
        size = Math.max(size, Math.abs(expected.get(t, i)));
      }
      for (int i = 0; i < got.cols(); i++) {
        if (!close(got.get(t, i), expected.get(t, i), tolerance * size)) {
          String where = "%s, row %d, channel %d".formatted(op, t, i);
          fail(where + different(got.get(t, i), expected.get(t, i), tolerance * size));
        }
      }
    }
  }

  /** Bit by bit. */
  private static void assertSame(String what, Mat got, Mat expected) {
    int at = Arrays.mismatch(got.data(), expected.data());
    if (at >= 0) {
      String where = "%s, row %d, column %d".formatted(what, at / got.cols(), at % got.cols());
      fail(where + different(got.data()[at], expected.data()[at], 0));
    }
  }

  private static boolean close(float got, float expected, double tolerance) {
    return Math.abs((double) got - expected) <= tolerance;
  }

  private static String different(float got, float expected, double tolerance) {
    return ": expected " + expected + " within " + tolerance + ", got " + got;
  }

  private static String name(Weight weight) {
    return switch (weight) {
      case Weight.Dense d -> d.dtype() + " [" + d.out() + ", " + d.in() + "]";
      case Weight.Affine a ->
          a.bits() + " bits, groups of " + a.groupSize() + ", " + a.scaleType() + " [" + a.out() + ", " + a.in() + "]";
      case Weight.MicroScaled m -> m.packing() + " [" + m.out() + ", " + m.in() + "]";
    };
  }
}
