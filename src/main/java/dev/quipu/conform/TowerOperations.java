package dev.quipu.conform;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import dev.quipu.vision.Patches;
import java.util.Arrays;

/** Operations of a vision tower. A convolution is a projection of the windows that it sees. */
final class TowerOperations {

  private TowerOperations() {}

  static void layerNorm(OpCase c) {
    Tensor x = c.input("x");
    Mat out = Mat.zeros(x.mat().rows(), x.cols());
    c.bench().ops().layerNorm(out, x.mat(), c.vector("weight", x.cols()), c.vector("bias", x.cols()),
        (float) c.params().requireDouble("eps"));
    c.check(out.data(), x.shape());
  }

  static void convolution(OpCase c) {
    Tensor x = c.input("x").requireAxes("x", 3); // [h, w, c]
    TensorEntry kernel = c.entry("weight"); // [out, kh, kw, c]
    int[] k = Case.shape(kernel);
    if (k.length != 4 || k[3] != x.cols()) {
      throw new Mismatch("weight: expected [out, kh, kw, " + x.cols() + "], the shape is " + Arrays.toString(k));
    }
    int stride = c.params().requireInt("stride");
    Mat patches = Patches.of(x.values(), x.shape()[0], x.shape()[1], x.shape()[2], k[1], k[2], stride);
    Weight weight = new Weight.Dense(kernel.dtype(), kernel.data(), k[0], patches.cols());
    Linear projection = new Linear(weight, c.has("bias") ? c.vector("bias", k[0]) : null);
    c.bench().inEachRegime(regime -> {
      Mat out = Mat.zeros(patches.rows(), k[0]);
      c.bench().ops().linear(out, patches, projection, regime);
      c.check(out.data(), positions(x.shape()[0], k[1], stride), positions(x.shape()[1], k[2], stride), k[0]);
    });
  }

  static void averagePool(OpCase c) {
    Tensor x = c.input("x").requireAxes("x", 3); // [h, w, c]
    int kernel = c.params().requireInt("kernel");
    int stride = c.params().requireInt("stride");
    int height = positions(x.shape()[0], kernel, stride);
    int width = positions(x.shape()[1], kernel, stride);
    Mat out = Mat.zeros(height * width, x.cols());
    c.bench().ops().averagePool(out, x.mat(), x.shape()[1], kernel, stride);
    c.check(out.data(), height, width, x.cols());
  }

  /** Where a window of this size fits along an axis. */
  private static int positions(int size, int kernel, int stride) {
    return (size - kernel) / stride + 1;
  }
}
