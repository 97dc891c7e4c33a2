package dev.quipu.conform;

import dev.quipu.model.Rope;
import dev.quipu.model.RopeScaling;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;
import java.util.Arrays;

/** Operations on heads. A case has them first, [H, T, hd]; the engine has a row a token, [T, H·hd]. */
final class HeadOperations {

  private HeadOperations() {}

  static void rope(OpCase c) {
    Tensor x = c.input("x").requireAxes("x", 3);
    int dims = c.params().requireInt("dims");
    int rows = x.shape()[1];
    if (dims <= 0 || dims % 2 != 0 || dims > x.cols()) {
      throw c.params().refuse("dims", "must be even and at most " + x.cols() + " but is " + dims);
    }
    Rotation rotation = new Rotation(rows, dims, c.params().booleanValue("traditional", false));
    Rope.turn(rotation, 0, rows, c.params().intValue("offset", 0), frequencies(c, dims), 1);
    Mat turned = sideBySide(x);
    c.bench().ops().rope(turned, x.cols(), rotation);
    c.check(headsFirst(turned, x.cols()), x.shape());
  }

  /** Radians a position: scale·base^(−2i/dims), or scale over the periods that the case gives. */
  private static double[] frequencies(OpCase c, int dims) {
    double scale = c.params().doubleValue("scale", 1);
    if (!c.has("freqs")) {
      return scaled(new RopeScaling.None().frequencies(dims, c.params().requireDouble("base"), 0), scale);
    }
    float[] periods = c.vector("freqs", dims / 2);
    double[] frequencies = new double[dims / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1.0 / periods[i]; // ∞: no rotation
    }
    return scaled(frequencies, scale);
  }

  private static double[] scaled(double[] frequencies, double scale) {
    return Arrays.stream(frequencies).map(frequency -> frequency * scale).toArray();
  }

  static void attention(OpCase c) {
    Tensor q = c.input("q").requireAxes("q", 3);
    Tensor k = c.input("k").requireAxes("k", 3);
    Tensor v = c.input("v").requireAxes("v", 3);
    int rows = q.shape()[1];
    int positions = k.shape()[1];
    if (!Arrays.equals(k.shape(), v.shape()) || k.cols() != q.cols() || rows > positions) {
      throw new Mismatch("q " + Arrays.toString(q.shape()) + ", k " + Arrays.toString(k.shape()) + " and v "
          + Arrays.toString(v.shape()) + " do not fit each other");
    }
    AttentionShape shape = shape(c, q, k);
    KvCache cache = new KvCache.Full(shape.kvHeads(), shape.headDim(), c.bench().kvDtype());
    cache.append(sideBySide(k), sideBySide(v), 0, positions);
    Mat out = Mat.zeros(rows, shape.heads() * shape.headDim());
    c.bench().ops().attention(out, sideBySide(q), 0, rows, cache, shape, positions - rows);
    c.check(headsFirst(out, shape.headDim()), q.shape());
  }

  private static AttentionShape shape(OpCase c, Tensor q, Tensor k) {
    int window = c.params().intValue("window", AttentionShape.ALL); // w: q − w < k ≤ q, so causal too
    boolean causal = c.params().requireBoolean("causal") || window != AttentionShape.ALL;
    return new AttentionShape(q.shape()[0], k.shape()[0], q.cols(), (float) c.params().requireDouble("scale"),
        window, 0, (float) c.params().doubleValue("softcap", 0), causal);
  }

  /** [H, T, hd] as [T, H·hd]. */
  private static Mat sideBySide(Tensor x) {
    return new Mat(x.swapped().values(), x.shape()[1], x.shape()[0] * x.cols());
  }

  /** [T, H·hd] as [H, T, hd]. */
  private static float[] headsFirst(Mat x, int headDim) {
    return new Tensor(x.data(), x.rows(), x.cols() / headDim, headDim).swapped().values();
  }
}
