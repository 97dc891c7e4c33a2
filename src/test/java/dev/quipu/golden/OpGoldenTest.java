package dev.quipu.golden;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.config.Config;
import dev.quipu.ops.Activation;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.support.Close;
import dev.quipu.support.Golden;
import dev.quipu.support.NotYet;
import dev.quipu.support.TestOps;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;
import dev.quipu.tensor.Weight;
import dev.quipu.vision.Patches;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each operation against MLX, for each Ops; matrix products in both regimes. */
class OpGoldenTest {

  @TestFactory
  Stream<DynamicTest> operationsAreThoseOfMlx() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Golden golden : Golden.cases("op")) {
      for (Map.Entry<String, Supplier<Ops>> ops : TestOps.all().entrySet()) {
        String name = golden.id() + ", " + ops.getKey();
        tests.add(DynamicTest.dynamicTest(name, () -> run(golden, ops.getValue())));
      }
    }
    return tests.stream();
  }

  private static void run(Golden golden, Supplier<Ops> supplier) throws Exception {
    NotYet.skip(golden.id());
    try (Ops ops = supplier.get(); Arena arena = Arena.ofShared()) {
      Case c = new Case(golden, golden.json().object("params"), golden.json().object("inputs"), arena);
      switch (golden.json().requireString("op")) {
        case "rms_norm" -> rmsNorm(c, ops);
        case "layer_norm" -> layerNorm(c, ops);
        case "conv2d" -> convolution(c, ops);
        case "avg_pool" -> averagePool(c, ops);
        case "rope" -> rope(c, ops);
        case "sdpa" -> attention(c, ops);
        case "softcap" -> softcap(c, ops);
        case "gelu_erf" -> activate(c, ops, Activation.GELU_ERF);
        case "silu" -> activate(c, ops, Activation.SILU);
        case "gelu_tanh" -> activate(c, ops, Activation.GELU_TANH);
        case "swiglu" -> gate(c, ops, Activation.SILU);
        case "geglu" -> gate(c, ops, Activation.GELU_TANH);
        case "matmul", "quantized_matmul" -> linear(c, ops);
        case "dequantize" -> dequantize(c, ops);
        case "embedding" -> embedding(c, ops);
        case String other -> throw new AssertionError("unknown op " + other);
      }
    }
  }

  /** A case and its tensors by role. */
  private record Case(Golden golden, Config params, Config inputs, Arena arena) {

    Golden.Tensor input(String role) {
      return golden.tensor(inputs.requireString(role));
    }

    TensorEntry entry(String role) {
      return golden.entry(inputs.requireString(role), arena);
    }

    void check(float[] got) {
      Golden.Tensor expected = golden.tensor(golden.json().object("expected").requireString("out"));
      Close.of(golden.json()).check(golden.id(), got, expected.values(), expected.values().length, expected.cols());
    }
  }

  private static void rmsNorm(Case c, Ops ops) {
    Golden.Tensor x = c.input("x");
    float[] weight = new float[x.cols()];
    Arrays.fill(weight, 1);
    if (c.inputs.has("weight")) {
      float[] stored = c.input("weight").values();
      for (int i = 0; i < weight.length; i++) {
        weight[i] = stored[i] + (c.params.booleanValue("plus_one", false) ? 1 : 0);
      }
    }
    Mat in = new Mat(x.values(), x.shape()[0], x.cols());
    Mat out = Mat.zeros(in.rows(), in.cols());
    ops.rmsNorm(out, in, weight, (float) c.params.requireDouble("eps"));
    c.check(out.data());
  }

  private static void layerNorm(Case c, Ops ops) {
    Golden.Tensor x = c.input("x");
    Mat in = new Mat(x.values(), x.values().length / x.cols(), x.cols());
    Mat out = Mat.zeros(in.rows(), in.cols());
    ops.layerNorm(out, in, c.input("weight").values(), c.input("bias").values(), (float) c.params.requireDouble("eps"));
    c.check(out.data());
  }

  private static void convolution(Case c, Ops ops) {
    Golden.Tensor x = c.input("x");
    TensorEntry kernel = c.entry("weight");
    int[] shape = x.shape();
    int outputs = (int) kernel.shape()[0];
    Mat patches = Patches.of(x.values(), shape[0], shape[1], shape[2],
        (int) kernel.shape()[1], (int) kernel.shape()[2], c.params.requireInt("stride"));
    Weight weight = new Weight.Dense(kernel.dtype(), kernel.data(), outputs, patches.cols());
    Linear projection = new Linear(weight, c.inputs.has("bias") ? c.input("bias").values() : null);
    for (Regime regime : Regime.values()) {
      Mat out = Mat.zeros(patches.rows(), outputs);
      ops.linear(out, patches, projection, regime);
      c.check(out.data());
    }
  }

  private static void averagePool(Case c, Ops ops) {
    Golden.Tensor x = c.input("x");
    int height = x.shape()[0];
    int width = x.shape()[1];
    int kernel = c.params.requireInt("kernel");
    int stride = c.params.requireInt("stride");
    int points = ((height - kernel) / stride + 1) * ((width - kernel) / stride + 1);
    Mat out = Mat.zeros(points, x.cols());
    ops.averagePool(out, new Mat(x.values(), height * width, x.cols()), width, kernel, stride);
    c.check(out.data());
  }

  private static void rope(Case c, Ops ops) {
    Golden.Tensor x = c.input("x");
    int heads = x.shape()[0];
    int rows = x.shape()[1];
    Rotation rotation = new Rotation(
        rows, c.params.requireInt("dims"), c.params.booleanValue("traditional", false));
    int half = rotation.dims() / 2;
    for (int i = 0; i < rows * half; i++) {
      double position = c.params.intValue("offset", 0) + i / half;
      double angle = position * c.params.doubleValue("scale", 1) / period(c, i % half);
      rotation.cos()[i] = (float) Math.cos(angle);
      rotation.sin()[i] = (float) Math.sin(angle);
    }
    Mat q = new Mat(transposed(x.values(), heads, rows, x.cols()), rows, heads * x.cols());
    ops.rope(q, x.cols(), rotation);
    c.check(transposed(q.data(), rows, heads, x.cols()));
  }

  private static double period(Case c, int pair) {
    return c.inputs.has("freqs")
        ? c.input("freqs").values()[pair]
        : Math.pow(c.params.requireDouble("base"), 2.0 * pair / c.params.requireInt("dims"));
  }

  private static void attention(Case c, Ops ops) {
    Golden.Tensor q = c.input("q");
    Golden.Tensor k = c.input("k");
    int rows = q.shape()[1];
    int positions = k.shape()[1];
    int window = c.params.intValue("window", AttentionShape.ALL);
    AttentionShape causal = new AttentionShape(
        q.shape()[0], k.shape()[0], q.cols(), (float) c.params.requireDouble("scale"), window)
        .withSoftcap((float) c.params.doubleValue("softcap", 0));
    AttentionShape shape = c.params.booleanValue("causal", true) ? causal : causal.seeingAhead();
    KvCache cache = new KvCache.Full(shape.kvHeads(), shape.headDim());
    cache.append(sideBySide(k), sideBySide(c.input("v")), 0, positions);
    Mat out = Mat.zeros(rows, shape.heads() * shape.headDim());
    ops.attention(out, sideBySide(q), 0, rows, cache, shape, positions - rows);
    c.check(transposed(out.data(), rows, shape.heads(), shape.headDim()));
  }

  /** [H, T, hd] as [T, H·hd]. */
  private static Mat sideBySide(Golden.Tensor x) {
    int heads = x.shape()[0];
    return new Mat(transposed(x.values(), heads, x.shape()[1], x.cols()), x.shape()[1], heads * x.cols());
  }

  /** [A, B, C] as [B, A, C]. */
  private static float[] transposed(float[] x, int a, int b, int c) {
    float[] out = new float[a * b * c];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(x, (i * b + j) * c, out, (j * a + i) * c, c);
      }
    }
    return out;
  }

  private static void activate(Case c, Ops ops, Activation activation) {
    Golden.Tensor x = c.input("x");
    ops.activate(new Mat(x.values(), x.values().length / x.cols(), x.cols()), activation);
    c.check(x.values());
  }

  private static void gate(Case c, Ops ops, Activation activation) {
    Golden.Tensor gate = c.input("gate");
    int rows = gate.values().length / gate.cols();
    ops.gate(new Mat(gate.values(), rows, gate.cols()), new Mat(c.input("up").values(), rows, gate.cols()), activation);
    c.check(gate.values());
  }

  private static void softcap(Case c, Ops ops) {
    Golden.Tensor x = c.input("x");
    ops.softcap(new Mat(x.values(), x.values().length / x.cols(), x.cols()), (float) c.params.requireDouble("cap"));
    c.check(x.values());
  }

  private static void linear(Case c, Ops ops) {
    Golden.Tensor x = c.input("x");
    Weight weight = weight(c);
    Mat in = new Mat(x.values(), x.shape()[0], x.cols());
    for (Regime regime : Regime.values()) {
      Mat out = Mat.zeros(in.rows(), weight.out());
      ops.linear(out, in, new Linear(weight, null), regime);
      c.check(out.data());
    }
  }

  private static void dequantize(Case c, Ops ops) {
    Weight weight = weight(c);
    embed(c, ops, weight, IntStream.range(0, weight.out()).toArray());
  }

  private static void embedding(Case c, Ops ops) {
    embed(c, ops, weight(c), c.golden.intTensor(c.inputs.requireString("ids")));
  }

  private static void embed(Case c, Ops ops, Weight table, int[] ids) {
    Mat out = Mat.zeros(ids.length, table.in());
    ops.embed(out, 0, ids, 0, ids.length, table);
    c.check(out.data());
  }

  private static Weight weight(Case c) {
    TensorEntry weight = c.entry("weight");
    int out = (int) weight.shape()[0];
    if (!c.inputs.has("scales")) {
      return new Weight.Dense(weight.dtype(), weight.data(), out, (int) weight.shape()[1]);
    }
    TensorEntry scales = c.entry("scales");
    int groupSize = c.params.requireInt("group_size");
    int in = (int) scales.shape()[1] * groupSize;
    return new Weight.Affine(weight.data(), scales.data(), c.entry("biases").data(), scales.dtype(),
        c.params.requireInt("bits"), groupSize, out, in);
  }
}
