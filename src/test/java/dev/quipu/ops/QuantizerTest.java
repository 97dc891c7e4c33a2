package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.tensor.DType;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the goldens (op/quantize-…, made by mx.quantize) leave open. */
class QuantizerTest {

  private static Weight.Packed quantized(Packing packing, DType scaleType, float... row) {
    Weight.Packed weight = Quantizer.allocate(packing, scaleType, 1, row.length, Arena.ofAuto());
    Quantizer.quantize(row, 0, weight, 0);
    return weight;
  }

  private static float[] dequantized(Weight weight, int row) {
    float[] values = new float[weight.in()];
    Quantizer.dequantize(weight, row, values, 0);
    return values;
  }

  @Test
  void halvesGoToTheEvenCode() {
    float[] row = Arrays.copyOf(new float[] {15, 0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f}, 32);
    float[] back = dequantized(quantized(new Packing.Affine(4, 32), DType.F32, row), 0);
    assertThat(Arrays.copyOf(back, 9)).containsExactly(15, 1, 1, 3, 3, 5, 5, 7, 7); // as mx.quantize has it
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void codesComeOfTheScaleBeforeItIsRounded(DType type) {
    float[] row = new Operands(3).floats(64);
    Weight.Affine exact = (Weight.Affine) quantized(new Packing.Affine(4, 64), DType.F32, row);
    Weight.Affine rounded = (Weight.Affine) quantized(new Packing.Affine(4, 64), type, row);
    assertThat(rounded.packed().mismatch(exact.packed())).isEqualTo(-1);
    float scale = exact.scales().get(ValueLayout.JAVA_FLOAT, 0);
    short bits = rounded.scales().get(ValueLayout.JAVA_SHORT, 0);
    float stored = type == DType.F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
    float halfStep = type == DType.F16 ? 0x1p-11f : 0x1p-8f;
    assertThat(stored).isCloseTo(scale, within(Math.abs(scale) * halfStep));
  }

  @Test
  void aScaleBetweenTwoBFloat16GoesToTheEvenOne() {
    // 0 … 15·(1 + 2^-8): the scale is −(1 + 2^-8), and bfloat16 has 1 and 1 + 2^-7
    float[] row = Arrays.copyOf(new float[] {15 * 257 / 256f}, 32);
    Weight.Affine weight = (Weight.Affine) quantized(new Packing.Affine(4, 32), DType.BF16, row);
    assertThat(weight.scales().get(ValueLayout.JAVA_SHORT, 0)).isEqualTo((short) 0xBF80);
  }

  @Test
  void aGroupTooSmallForItsScaleGetsTheSmallest() {
    float[] row = Arrays.copyOf(new float[] {0x1p-130f, -0x1p-128f}, 32);
    Weight.Packed weight = quantized(Packing.Micro.MXFP4, null, row);
    assertThat(weight.scales().get(ValueLayout.JAVA_BYTE, 0)).isZero();
    assertThat(Arrays.copyOf(dequantized(weight, 0), 3)).containsExactly(0, -0x1p-128f, 0); // -0.5 · 2^-127
  }

  @ParameterizedTest
  @EnumSource
  void aRowIsWrittenAloneWhereItBelongs(Packing.Micro packing) {
    Weight.Packed weight = Quantizer.allocate(packing, null, 3, 96, Arena.ofAuto());
    float[] row = new Operands(5).floats(100);
    Quantizer.quantize(row, 4, weight, 1);
    assertThat(dequantized(weight, 1))
        .isEqualTo(dequantized(quantized(packing, null, Arrays.copyOfRange(row, 4, 100)), 0));
    assertThat(weight.packed().asSlice(0, weight.rowBytes()).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    assertThat(weight.packed().asSlice(2 * weight.rowBytes()).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
  }
}
