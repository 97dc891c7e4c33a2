package dev.quipu.ops;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Rotation;
import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What each operation means: the formula as in the book, one row after the other, long sums in double. Never tuned;
 * the fast implementations are held to it. Both regimes are the same to it.
 */
public final class ScalarOps implements Ops {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public void embed(Mat out, int row, int[] tokens, int from, int count, Weight table) {
    for (int t = 0; t < count; t++) {
      widenRow(table, tokens[from + t], out.data(), (row + t) * out.cols());
    }
  }

  @Override
  public void rmsNorm(Mat out, Mat x, float[] weight, float eps) {
    int width = x.cols();
    for (int t = 0; t < x.rows(); t++) {
      int at = t * width;
      double sumOfSquares = 0;
      for (int i = 0; i < width; i++) {
        sumOfSquares += (double) x.data()[at + i] * x.data()[at + i];
      }
      double inverse = 1 / Math.sqrt(sumOfSquares / width + eps);
      for (int i = 0; i < width; i++) {
        out.data()[at + i] = (float) (x.data()[at + i] * inverse * weight[i]);
      }
    }
  }

  @Override
  public void layerNorm(Mat out, Mat x, float[] weight, float[] bias, float eps) {
    int width = x.cols();
    for (int t = 0; t < x.rows(); t++) {
      int at = t * width;
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += x.data()[at + i];
      }
      double mean = sum / width;
      double sumOfSquares = 0;
      for (int i = 0; i < width; i++) {
        sumOfSquares += (x.data()[at + i] - mean) * (x.data()[at + i] - mean);
      }
      double inverse = 1 / Math.sqrt(sumOfSquares / width + eps);
      for (int i = 0; i < width; i++) {
        out.data()[at + i] = (float) ((x.data()[at + i] - mean) * inverse * weight[i] + bias[i]);
      }
    }
  }

  @Override
  public void linear(Mat out, Mat x, Linear w, Regime regime) {
    int inputs = w.weight().in();
    float[] weights = new float[inputs];
    for (int n = 0; n < w.weight().out(); n++) {
      widenRow(w.weight(), n, weights, 0);
      double bias = w.bias() == null ? 0 : w.bias()[n];
      for (int t = 0; t < x.rows(); t++) {
        out.data()[t * out.cols() + n] = (float) (dot(x.data(), t * inputs, weights, 0, inputs) + bias);
      }
    }
  }

  @Override
  public void rope(Mat x, int headDim, Rotation rotation) {
    int half = rotation.dims() / 2;
    int step = rotation.traditional() ? 2 : 1; // between the first channels of two pairs
    int apart = rotation.traditional() ? 1 : half; // between the two channels of a pair
    for (int t = 0; t < x.rows(); t++) {
      for (int head = t * x.cols(); head < (t + 1) * x.cols(); head += headDim) {
        for (int i = 0; i < half; i++) {
          turn(x.data(), head + i * step, apart, rotation.cos()[t * half + i], rotation.sin()[t * half + i]);
        }
      }
    }
  }

  private static void turn(float[] x, int at, int apart, double cos, double sin) {
    double a = x[at];
    double b = x[at + apart];
    x[at] = (float) (a * cos - b * sin);
    x[at + apart] = (float) (a * sin + b * cos);
  }

  @Override
  public void attention(Mat out, Mat q, int row, int rows, KvCache cache, AttentionShape shape, int position) {
    double[] scores = new double[cache.length()];
    int headsPerKv = shape.heads() / shape.kvHeads();
    for (int t = row; t < row + rows; t++) {
      int p = position + t - row;
      for (int h = 0; h < shape.heads(); h++) {
        int at = t * q.cols() + h * shape.headDim();
        attend(out.data(), q.data(), at, cache, h / headsPerKv, shape, p, scores);
      }
    }
  }

  /** One query of one head, at q[at …] and position p, over the positions that it sees. */
  private static void attend(
      float[] out, float[] q, int at, KvCache cache, int kvHead, AttentionShape shape, int p, double[] scores) {
    int headDim = shape.headDim();
    int count = shape.countVisible(p, cache.length());
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      scores[j] = shape.scale() * dot(q, at, cache, kvHead, shape.visible(p, j), headDim);
      if (shape.softcap() != 0) scores[j] = capped(scores[j], shape.softcap()); // Gemma 2
      max = Math.max(max, scores[j]);
    }
    double total = 0;
    for (int j = 0; j < count; j++) {
      scores[j] = Math.exp(scores[j] - max);
      total += scores[j];
    }
    for (int i = 0; i < headDim; i++) {
      double sum = 0;
      for (int j = 0; j < count; j++) {
        sum += scores[j] * cache.value(kvHead, shape.visible(p, j), i);
      }
      out[at + i] = (float) (sum / total);
    }
  }

  /** q · the key at position s. */
  private static double dot(float[] q, int at, KvCache cache, int kvHead, int s, int headDim) {
    double sum = 0;
    for (int i = 0; i < headDim; i++) {
      sum += (double) q[at + i] * cache.key(kvHead, s, i);
    }
    return sum;
  }

  @Override
  public void gate(Mat gate, Mat up, Activation activation) {
    for (int i = 0; i < gate.rows() * gate.cols(); i++) {
      gate.data()[i] = (float) (activated(gate.data()[i], activation) * up.data()[i]);
    }
  }

  private static double activated(double x, Activation activation) {
    return switch (activation) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case GELU_ERF -> x * Normal.below(x);
    };
  }

  @Override
  public void activate(Mat x, Activation activation) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      x.data()[i] = (float) activated(x.data()[i], activation);
    }
  }

  @Override
  public void averagePool(Mat out, Mat x, int width, int kernel, int stride) {
    int outWidth = (width - kernel) / stride + 1;
    for (int t = 0; t < out.rows(); t++) {
      int corner = t / outWidth * stride * width + t % outWidth * stride; // the first point of the square
      for (int c = 0; c < x.cols(); c++) {
        double sum = 0;
        for (int i = 0; i < kernel * kernel; i++) {
          sum += x.get(corner + i / kernel * width + i % kernel, c);
        }
        out.data()[t * out.cols() + c] = (float) (sum / (kernel * kernel));
      }
    }
  }

  @Override
  public void add(Mat x, Mat y) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      x.data()[i] += y.data()[i];
    }
  }

  @Override
  public void scale(Mat x, float factor) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      x.data()[i] *= factor;
    }
  }

  @Override
  public void scaleRows(Mat x, float[] factors) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      x.data()[i] *= factors[i / x.cols()];
    }
  }

  @Override
  public void softcap(Mat x, float cap) {
    for (int i = 0; i < x.rows() * x.cols(); i++) {
      x.data()[i] = (float) capped(x.data()[i], cap);
    }
  }

  private static double capped(double x, double cap) {
    return cap * Math.tanh(x / cap);
  }

  @Override
  public float logSumExp(Mat x, int row) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < x.cols(); i++) {
      max = Math.max(max, x.get(row, i));
    }
    double sum = 0;
    for (int i = 0; i < x.cols(); i++) {
      sum += Math.exp(x.get(row, i) - max);
    }
    return (float) (max + Math.log(sum));
  }

  private static double dot(float[] a, int aAt, float[] b, int bAt, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (double) a[aAt + i] * b[bAt + i];
    }
    return sum;
  }

  /** Row n of a weight as float32, to out[at …]. */
  static void widenRow(Weight weight, int n, float[] out, int at) {
    switch (weight) {
      case Weight.Dense dense -> {
        for (int i = 0; i < dense.in(); i++) {
          out[at + i] = element(dense.data(), dense.dtype(), (long) n * dense.in() + i);
        }
      }
      case Weight.Affine affine -> {
        for (int i = 0; i < affine.in(); i++) {
          long group = (long) n * affine.groups() + i / affine.groupSize();
          float scale = element(affine.scales(), affine.scaleType(), group);
          float bias = element(affine.biases(), affine.scaleType(), group);
          out[at + i] = scale * code(affine, n, i) + bias;
        }
      }
      case Weight.MicroScaled micro -> {
        float[] scales = SmallFloats.scales(micro.packing());
        float[] elements = SmallFloats.elements(micro.packing());
        for (int i = 0; i < micro.in(); i++) {
          byte scale = micro.scales().get(JAVA_BYTE, (long) n * micro.groups() + i / micro.groupSize());
          out[at + i] = scales[Byte.toUnsignedInt(scale)] * elements[code(micro, n, i)];
        }
      }
    }
  }

  /** The code of element i in row n, unsigned: {@code bits} bits from bit {@code i · bits} of the row, lowest first. */
  private static int code(Weight.Packed weight, int n, int i) {
    long firstBit = (long) i * weight.bits();
    long at = n * weight.rowBytes() + firstBit / 8;
    int shift = (int) (firstBit % 8);
    int bits = Byte.toUnsignedInt(weight.packed().get(JAVA_BYTE, at));
    if (shift + weight.bits() > 8) {
      bits |= Byte.toUnsignedInt(weight.packed().get(JAVA_BYTE, at + 1)) << 8;
    }
    return bits >>> shift & (1 << weight.bits()) - 1;
  }

  private static float element(MemorySegment data, DType dtype, long index) {
    return switch (dtype) {
      case F32 -> Float.intBitsToFloat(data.get(INT, 4 * index));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2 * index) << 16);
      case F16 -> Float.float16ToFloat(data.get(SHORT, 2 * index));
      case U32, U8, I32 -> throw new IllegalArgumentException("no float type: " + dtype);
    };
  }
}
