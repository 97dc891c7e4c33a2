package dev.quipu.conform;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.ops.Quantizer;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Operations on weights as they are stored: products in both regimes, rows widened, rows packed. */
final class MatrixOperations {

  private MatrixOperations() {}

  static void linear(OpCase c) {
    Tensor x = c.input("x").requireAxes("x", 2);
    Weight weight = weight(c);
    if (x.cols() != weight.in()) {
      throw Mismatch.of("x", weight.in() + " columns", x.cols());
    }
    c.bench().inEachRegime(regime -> {
      Mat out = Mat.zeros(x.shape()[0], weight.out());
      c.bench().ops().linear(out, x.mat(), new Linear(weight, null), regime);
      c.check(out.data(), out.rows(), out.cols());
    });
  }

  static void dequantize(OpCase c) {
    Weight weight = weight(c);
    embed(c, weight, IntStream.range(0, weight.out()).toArray());
  }

  static void embedding(OpCase c) {
    embed(c, weight(c), c.ids("ids"));
  }

  private static void embed(OpCase c, Weight table, int[] ids) {
    Mat out = Mat.zeros(ids.length, table.in());
    c.bench().ops().embed(out, 0, ids, 0, ids.length, table);
    c.check(out.data(), out.rows(), out.cols());
  }

  private static Weight weight(OpCase c) {
    TensorEntry weight = c.entry("weight");
    int[] shape = Case.shape(weight);
    if (shape.length != 2) {
      throw new Mismatch("weight: expected 2 axes, the shape is " + Arrays.toString(shape));
    }
    String mode = c.params().stringValue("mode", "dense");
    return switch (mode) {
      case "dense" -> new Weight.Dense(weight.dtype(), weight.data(), shape[0], shape[1]);
      case "affine" -> affine(c, weight, shape[0]);
      case "mxfp4", "mxfp8", "nvfp4" -> micro(c, weight, shape[0], Packing.Micro.of(mode));
      default -> throw c.params().refuse(
          "mode", "must be dense, affine, mxfp4, mxfp8 or nvfp4 but is \"" + mode + "\"");
    };
  }

  private static Weight affine(OpCase c, TensorEntry weight, int out) {
    TensorEntry scales = c.entry("scales");
    TensorEntry biases = c.entry("biases");
    if (weight.dtype() != DType.U32 || scales.dtype() != biases.dtype()) {
      throw new Mismatch("affine: expected U32 weights and scales and biases of one type, they are "
          + weight.dtype() + ", " + scales.dtype() + " and " + biases.dtype());
    }
    Packing.Affine packing = packing(c);
    int in = Math.toIntExact(scales.shape()[1]) * packing.groupSize();
    return new Weight.Affine(weight.data(), scales.data(), biases.data(), scales.dtype(), packing, out, in);
  }

  private static Packing.Affine packing(OpCase c) {
    return new Packing.Affine(c.params().requireInt("bits"), c.params().requireInt("group_size"));
  }

  private static Weight micro(OpCase c, TensorEntry weight, int out, Packing.Micro packing) {
    TensorEntry scales = c.entry("scales");
    if (weight.dtype() != DType.U32 || scales.dtype() != DType.U8) {
      throw new Mismatch("expected U32 weights and U8 scales, they are " + weight.dtype() + " and " + scales.dtype());
    }
    int in = Math.toIntExact(scales.shape()[1]) * packing.groupSize();
    return new Weight.MicroScaled(weight.data(), scales.data(), packing, out, in);
  }

  /** Packed words, scales and biases: all exact. */
  static void quantize(OpCase c) {
    Tensor w = c.input("w").requireAxes("w", 2);
    Packing.Micro micro = Packing.Micro.of(c.params().requireString("mode"));
    Packing packing = micro != null ? micro : packing(c);
    try (Arena arena = Arena.ofConfined()) {
      Weight.Packed packed = Quantizer.allocate(packing, DType.F32, w.shape()[0], w.cols(), arena);
      for (int row = 0; row < w.shape()[0]; row++) {
        Quantizer.quantize(w.values(), row * w.cols(), packed, row);
      }
      c.checkBytes("weight", packed.packed());
      c.checkBytes("scales", packed.scales());
      if (packed instanceof Weight.Affine affine) {
        c.checkBytes("biases", affine.biases());
      }
    }
  }
}
