package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;
import java.util.Arrays;

/**
 * What happens to each row, or each element, by itself: norms, gates, turns, sums. A large call is shared out over
 * threads by rows.
 */
final class Pointwise {

  /** Elements below which waking another thread costs more than it gives. */
  private static final int SMALL = 16_384;

  /** Elements of a function without a gate that are done at a time, a number of whole vectors. */
  private static final int BLOCK = 512;

  private final RowPool pool;
  private final Warmth warmth;
  private final RowPool.Task normTask = this::norm;
  private final RowPool.Task layerNormTask = this::layerNorm;
  private final RowPool.Task activateTask = this::activate;
  private final RowPool.Task averageTask = this::average;
  private final RowPool.Task gateTask = this::gate;
  private final RowPool.Task capTask = this::cap;
  private final RowPool.Task turnTask = this::turn;
  private final float[][] tails; // two of each worker, [W]
  private final float[][] blocks; // one of each worker, [BLOCK]
  private float[] ones = filledWithOnes(BLOCK);
  private Mat out;
  private Mat x;
  private float[] weight;
  private float[] bias;
  private float eps;
  private Activation activation;
  private float cap;
  private int headDim;
  private Rotation rotation;
  private int gridWidth;
  private int kernel;
  private int stride;

  Pointwise(RowPool pool, Warmth warmth) {
    this.pool = pool;
    this.warmth = warmth;
    this.tails = new float[2 * pool.threads()][Exponential.W];
    this.blocks = new float[pool.threads()][BLOCK];
  }

  private static float[] filledWithOnes(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  void rmsNorm(Mat out, Mat x, float[] weight, float eps) {
    this.out = out;
    this.x = x;
    this.weight = weight;
    this.eps = eps;
    share(normTask, x);
  }

  private void norm(int from, int to, int worker) {
    int width = x.cols();
    for (int t = from; t < to; t++) {
      int at = t * width;
      float meanSquare = dot(x.data(), at, x.data(), at, width) / width;
      float inverse = (float) (1 / Math.sqrt((double) meanSquare + eps));
      scaled(out.data(), x.data(), at, width, inverse, weight);
    }
  }

  void layerNorm(Mat out, Mat x, float[] weight, float[] bias, float eps) {
    this.out = out;
    this.x = x;
    this.weight = weight;
    this.bias = bias;
    this.eps = eps;
    if (ones.length < x.cols()) {
      ones = filledWithOnes(x.cols());
    }
    share(layerNormTask, x);
  }

  private void layerNorm(int from, int to, int worker) {
    int width = x.cols();
    for (int t = from; t < to; t++) {
      int at = t * width;
      float mean = dot(x.data(), at, ones, 0, width) / width;
      less(out.data(), x.data(), at, width, mean);
      float variance = dot(out.data(), at, out.data(), at, width) / width;
      float inverse = (float) (1 / Math.sqrt((double) variance + eps));
      scaled(out.data(), out.data(), at, width, inverse, weight);
      plus(out.data(), at, width, bias);
    }
  }

  private float dot(float[] a, int aAt, float[] b, int bAt, int width) {
    return warmth.isCold() ? ColdLoops.dot(a, aAt, b, bAt, width) : FloatDot.dot(a, aAt, b, bAt, width);
  }

  // The JIT turns loops over elements such as this one into vector code by itself.

  private static void scaled(float[] out, float[] x, int at, int width, float factor, float[] weight) {
    for (int i = 0; i < width; i++) {
      out[at + i] = x[at + i] * factor * weight[i];
    }
  }

  private static void less(float[] out, float[] x, int at, int width, float term) {
    for (int i = 0; i < width; i++) {
      out[at + i] = x[at + i] - term;
    }
  }

  private static void plus(float[] out, int at, int width, float[] terms) {
    for (int i = 0; i < width; i++) {
      out[at + i] += terms[i];
    }
  }

  void averagePool(Mat out, Mat x, int gridWidth, int kernel, int stride) {
    this.out = out;
    this.x = x;
    this.gridWidth = gridWidth;
    this.kernel = kernel;
    this.stride = stride;
    share(averageTask, out);
  }

  private void average(int from, int to, int worker) {
    int width = x.cols();
    int outWidth = (gridWidth - kernel) / stride + 1;
    for (int t = from; t < to; t++) {
      int corner = t / outWidth * stride * gridWidth + t % outWidth * stride;
      System.arraycopy(x.data(), corner * width, out.data(), t * width, width);
      for (int i = 1; i < kernel * kernel; i++) {
        plus(out.data(), t * width, x.data(), (corner + i / kernel * gridWidth + i % kernel) * width, width);
      }
      times(out.data(), t * width, width, 1f / (kernel * kernel));
    }
  }

  private static void plus(float[] out, int at, float[] x, int from, int width) {
    for (int i = 0; i < width; i++) {
      out[at + i] += x[from + i];
    }
  }

  private static void times(float[] x, int at, int width, float factor) {
    for (int i = 0; i < width; i++) {
      x[at + i] *= factor;
    }
  }

  void activate(Mat x, Activation activation) {
    this.x = x;
    this.activation = activation;
    share(activateTask, x);
  }

  /** As a gate whose other side is 1: a block at a time, copied to where its length is a number of whole vectors. */
  private void activate(int from, int to, int worker) {
    float[] block = blocks[worker];
    int end = to * x.cols();
    for (int i = from * x.cols(); i < end; i += BLOCK) {
      int count = Math.min(BLOCK, end - i);
      System.arraycopy(x.data(), i, block, 0, count);
      if (warmth.isCold()) {
        Exponential.gatedCold(block, ones, 0, count, activation);
      } else {
        Exponential.gated(block, ones, 0, Math.ceilDiv(count, Exponential.W) * Exponential.W, activation);
      }
      System.arraycopy(block, 0, x.data(), i, count);
    }
  }

  void gate(Mat gate, Mat up, Activation activation) {
    this.out = gate;
    this.x = up;
    this.activation = activation;
    share(gateTask, gate);
  }

  private void gate(int from, int to, int worker) {
    int begin = from * out.cols();
    int end = to * out.cols();
    int whole = begin + (end - begin) / Exponential.W * Exponential.W;
    if (warmth.isCold()) {
      Exponential.gatedCold(out.data(), x.data(), begin, end, activation);
      return;
    }
    Exponential.gated(out.data(), x.data(), begin, whole, activation);
    if (whole < end) {
      gateTail(whole, end - whole, tails[2 * worker], tails[2 * worker + 1]);
    }
  }

  /** The elements that fill no whole vector. */
  private void gateTail(int from, int count, float[] gate, float[] up) {
    System.arraycopy(out.data(), from, gate, 0, count);
    System.arraycopy(x.data(), from, up, 0, count);
    Exponential.gated(gate, up, 0, Exponential.W, activation);
    System.arraycopy(gate, 0, out.data(), from, count);
  }

  void softcap(Mat x, float cap) {
    this.x = x;
    this.cap = cap;
    share(capTask, x);
  }

  private void cap(int from, int to, int worker) {
    int begin = from * x.cols();
    int end = to * x.cols();
    int whole = begin + (end - begin) / Exponential.V * Exponential.V;
    if (warmth.isCold()) {
      SoftCap.cappedCold(x.data(), begin, end, 1, cap);
      return;
    }
    SoftCap.capped(x.data(), begin, whole, 1, cap);
    if (whole < end) {
      float[] tail = tails[2 * worker];
      System.arraycopy(x.data(), whole, tail, 0, end - whole);
      SoftCap.capped(tail, 0, Exponential.V, 1, cap);
      System.arraycopy(tail, 0, x.data(), whole, end - whole);
    }
  }

  void rope(Mat x, int headDim, Rotation rotation) {
    this.x = x;
    this.headDim = headDim;
    this.rotation = rotation;
    share(turnTask, x);
  }

  private void turn(int from, int to, int worker) {
    int half = rotation.dims() / 2;
    for (int t = from; t < to; t++) {
      for (int head = t * x.cols(); head < (t + 1) * x.cols(); head += headDim) {
        if (rotation.traditional()) {
          turnNeighbours(x.data(), head, half, rotation.cos(), rotation.sin(), t * half);
        } else {
          turnHalves(x.data(), head, half, rotation.cos(), rotation.sin(), t * half);
        }
      }
    }
  }

  private static void turnHalves(float[] x, int at, int half, float[] cos, float[] sin, int angle) {
    for (int i = 0; i < half; i++) {
      turn(x, at + i, half, cos[angle + i], sin[angle + i]);
    }
  }

  private static void turnNeighbours(float[] x, int at, int pairs, float[] cos, float[] sin, int angle) {
    for (int i = 0; i < pairs; i++) {
      turn(x, at + 2 * i, 1, cos[angle + i], sin[angle + i]);
    }
  }

  private static void turn(float[] x, int at, int apart, float cos, float sin) {
    float a = x[at];
    float b = x[at + apart];
    x[at] = a * cos - b * sin;
    x[at + apart] = a * sin + b * cos;
  }

  static void add(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[i] += y[i];
    }
  }

  static void scale(float[] x, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      x[i] *= factor;
    }
  }

  static void scaleRows(Mat x, float[] factors) {
    for (int t = 0; t < x.rows(); t++) {
      for (int i = t * x.cols(); i < (t + 1) * x.cols(); i++) {
        x.data()[i] *= factors[t];
      }
    }
  }

  private void share(RowPool.Task task, Mat rows) {
    if (rows.rows() * rows.cols() < SMALL) {
      task.run(0, rows.rows(), 0);
    } else {
      pool.run(task, rows.rows());
    }
  }
}
