package dev.quipu.conform;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.config.Config;
import dev.quipu.ops.Quantizer;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Operations on weights as they are stored: products in both regimes, rows widened, and floats packed. */
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
    return switch (packing(c.params())) {
      case null -> new Weight.Dense(weight.dtype(), weight.data(), shape[0], shape[1]);
      case Packing.Affine affine -> affine(c, affine, weight, shape[0]);
      case Packing.Micro micro -> micro(c, micro, weight, shape[0]);
    };
  }

  /** As the mode says, with the bits and the group that the case gives; null for dense. */
  private static Packing packing(Config params) {
    String mode = params.stringValue("mode", "dense");
    Packing packing = switch (mode) {
      case "dense" -> null;
      case "affine" -> new Packing.Affine(params.requireInt("bits"), params.requireInt("group_size"));
      default -> Packing.Micro.of(mode);
    };
    if (packing == null && !mode.equals("dense")) {
      throw params.refuse(
          "mode", "must be dense, affine or one of " + Packing.Micro.modes() + " but is \"" + mode + "\"");
    }
    if (packing != null && (params.intValue("bits", packing.bits()) != packing.bits()
        || params.intValue("group_size", packing.groupSize()) != packing.groupSize())) {
      throw params.refuse("mode", mode + " has " + packing.bits() + " bits in groups of " + packing.groupSize());
    }
    return packing;
  }

  private static Weight affine(OpCase c, Packing.Affine packing, TensorEntry weight, int out) {
    TensorEntry scales = c.entry("scales");
    TensorEntry biases = c.entry("biases");
    if (weight.dtype() != DType.U32 || scales.dtype() != biases.dtype()) {
      throw new Mismatch("affine: expected U32 weights and scales and biases of one type, they are "
          + weight.dtype() + ", " + scales.dtype() + " and " + biases.dtype());
    }
    return new Weight.Affine(weight.data(), scales.data(), biases.data(), scales.dtype(), packing, out,
        Case.shape(scales)[1] * packing.groupSize());
  }

  private static Weight micro(OpCase c, Packing.Micro packing, TensorEntry weight, int out) {
    TensorEntry scales = c.entry("scales");
    if (weight.dtype() != DType.U32 || scales.dtype() != DType.U8) {
      throw new Mismatch(packing.mode() + ": expected U32 weights and U8 scales, they are " + weight.dtype() + " and "
          + scales.dtype());
    }
    return new Weight.MicroScaled(
        weight.data(), scales.data(), packing, out, Case.shape(scales)[1] * packing.groupSize());
  }

  static void quantize(OpCase c) {
    Tensor w = c.input("w").requireAxes("w", 2);
    Packing packing = packing(c.params());
    if (packing == null || w.cols() % packing.groupSize() != 0) {
      throw new Mismatch("quantize: expected a packing whose groups divide the " + w.cols() + " columns of w");
    }
    int rows = w.shape()[0];
    try (Arena arena = Arena.ofConfined()) {
      Weight.Packed packed = Quantizer.allocate(packing, DType.F32, rows, w.cols(), arena);
      for (int row = 0; row < rows; row++) {
        Quantizer.quantize(w.values(), row * w.cols(), packed, row);
      }
      c.checkExact("weight", DType.U32, packed.packed(), rows, (int) (packed.rowBytes() / Integer.BYTES));
      switch (packed) {
        case Weight.Affine affine -> {
          c.checkExact("scales", DType.F32, affine.scales(), rows, packed.groups());
          c.checkExact("biases", DType.F32, affine.biases(), rows, packed.groups());
        }
        case Weight.MicroScaled micro -> c.checkExact("scales", DType.U8, micro.scales(), rows, packed.groups());
      }
    }
  }
}
