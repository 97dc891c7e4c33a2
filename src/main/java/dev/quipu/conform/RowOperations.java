package dev.quipu.conform;

import dev.quipu.ops.Activation;
import dev.quipu.ops.Ops;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Operations on each row, or each element, by itself. The engine computes softmax only as a part of attention: so it is
 * asked for in that way.
 */
final class RowOperations {

  private static final int VALUES_AT_ONCE = 64;

  private RowOperations() {}

  static void rmsNorm(OpCase c) {
    Tensor x = c.input("x");
    float[] weight = c.has("weight") ? c.vector("weight", x.cols()) : ones(x.cols());
    if (c.params().booleanValue("plus_one", false)) {
      for (int i = 0; i < weight.length; i++) {
        weight[i] += 1;
      }
    }
    Mat out = Mat.zeros(x.mat().rows(), x.cols());
    c.bench().ops().rmsNorm(out, x.mat(), weight, (float) c.params().requireDouble("eps"));
    c.check(out.data(), x.shape());
  }

  static void logSoftmax(OpCase c) {
    Tensor x = c.input("x");
    float[] out = new float[x.elements()];
    for (int row = 0; row < x.mat().rows(); row++) {
      float logSumExp = c.bench().ops().logSumExp(x.mat(), row);
      for (int i = row * x.cols(); i < (row + 1) * x.cols(); i++) {
        out[i] = x.values()[i] - logSumExp;
      }
    }
    c.check(out, x.shape());
  }

  static void softmax(OpCase c) {
    Tensor x = c.input("x");
    float[] out = new float[x.elements()];
    for (int row = 0; row < x.mat().rows(); row++) {
      softmax(c.bench().ops(), x.values(), row * x.cols(), x.cols(), out);
    }
    c.check(out, x.shape());
  }

  /** Attention of the query e₀ over keys x[s]·e₀ with values e_s: some of the s at a time. */
  private static void softmax(Ops ops, float[] x, int at, int length, float[] out) {
    int headDim = VALUES_AT_ONCE;
    AttentionShape shape = new AttentionShape(1, 1, headDim, 1, AttentionShape.ALL);
    Mat query = Mat.zeros(1, headDim);
    query.data()[0] = 1;
    Mat keys = Mat.zeros(length, headDim);
    for (int s = 0; s < length; s++) {
      keys.data()[s * headDim] = x[at + s];
    }
    for (int from = 0; from < length; from += headDim) {
      int count = Math.min(headDim, length - from);
      Mat values = Mat.zeros(length, headDim);
      for (int i = 0; i < count; i++) {
        values.data()[(from + i) * headDim + i] = 1;
      }
      KvCache cache = new KvCache.Full(1, headDim);
      cache.append(keys, values, 0, length);
      Mat attended = Mat.zeros(1, headDim);
      ops.attention(attended, query, 0, 1, cache, shape, length - 1);
      System.arraycopy(attended.data(), 0, out, at + from, count);
    }
  }

  static void softcap(OpCase c) {
    Tensor x = c.input("x");
    c.bench().ops().softcap(x.mat(), (float) c.params().requireDouble("cap"));
    c.check(x.values(), x.shape());
  }

  /** By itself, as a tower has it, and as the gate of ones. */
  static void activate(OpCase c, Activation activation) {
    Tensor x = c.input("x");
    c.bench().ops().activate(x.mat(), activation);
    c.check(x.values(), x.shape());
    Tensor gate = c.input("x");
    c.bench().ops().gate(gate.mat(), new Tensor(ones(gate.elements()), gate.shape()).mat(), activation);
    c.check(gate.values(), gate.shape());
  }

  private static float[] ones(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  static void gate(OpCase c, Activation activation) {
    Tensor gate = c.input("gate");
    Tensor up = c.input("up");
    if (!Arrays.equals(gate.shape(), up.shape())) {
      throw Mismatch.of("up", "shape " + Arrays.toString(gate.shape()), "shape " + Arrays.toString(up.shape()));
    }
    c.bench().ops().gate(gate.mat(), up.mat(), activation);
    c.check(gate.values(), gate.shape());
  }
}
