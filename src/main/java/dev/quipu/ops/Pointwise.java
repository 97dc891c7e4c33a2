package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;

/**
 * What happens to each row, or each element, by itself: norms, gates, turns, sums. A large call is shared out over
 * threads by rows.
 */
final class Pointwise {

  /** Elements below which waking another thread costs more than it gives. */
  private static final int SMALL = 16_384;

  private final RowPool pool;
  private final Warmth warmth;
  private final RowPool.Task normTask = this::norm;
  private final RowPool.Task gateTask = this::gate;
  private final RowPool.Task capTask = this::cap;
  private final RowPool.Task turnTask = this::turn;
  private final float[][] tails; // two of each worker, [V]
  private Mat out;
  private Mat x;
  private float[] weight;
  private float eps;
  private Activation activation;
  private float cap;
  private int headDim;
  private Rotation rotation;

  Pointwise(RowPool pool, Warmth warmth) {
    this.pool = pool;
    this.warmth = warmth;
    this.tails = new float[2 * pool.threads()][Exponential.V];
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
      float meanSquare = sumOfSquares(x.data(), at, width) / width;
      float inverse = (float) (1 / Math.sqrt((double) meanSquare + eps));
      scaled(out.data(), x.data(), at, width, inverse, weight);
    }
  }

  private float sumOfSquares(float[] x, int at, int width) {
    return warmth.isCold() ? ColdLoops.dot(x, at, x, at, width) : FloatDot.dot(x, at, x, at, width);
  }

  // The JIT turns loops over elements such as this one into vector code by itself.

  private static void scaled(float[] out, float[] x, int at, int width, float factor, float[] weight) {
    for (int i = 0; i < width; i++) {
      out[at + i] = x[at + i] * factor * weight[i];
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
    int whole = begin + (end - begin) / Exponential.V * Exponential.V;
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
    Exponential.gated(gate, up, 0, Exponential.V, activation);
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

  static void scale(float[] x, float factor, int count) {
    for (int i = 0; i < count; i++) {
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
