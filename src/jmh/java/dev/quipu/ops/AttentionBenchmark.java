package dev.quipu.ops;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Param;

/** The last rows of a context over all of it; one row, as in generating, or some, as at the end of a prompt. */
public class AttentionBenchmark extends OpsBenchmark {

  @Param({"1", "64"})
  public int rows;

  @Param({"128", "4096"})
  public int context;

  @Param({"F32", "BF16"})
  public DType kvDtype;

  @Param("32")
  public int heads;

  @Param("8")
  public int kvHeads;

  @Param("64")
  public int headDim;

  private AttentionShape shape;
  private KvCache cache;
  private Mat q;

  public AttentionBenchmark() {
    super("attention", 1e-5);
  }

  @Override
  void operands(Operands random) {
    shape = new AttentionShape(heads, kvHeads, headDim, (float) (1 / Math.sqrt(headDim)), AttentionShape.ALL);
    cache = new KvCache.Full(kvHeads, headDim, kvDtype);
    int width = kvHeads * headDim;
    cache.append(random.mat(context, width), random.mat(context, width), 0, context);
    q = random.mat(rows, heads * headDim);
  }

  @Override
  Mat start() {
    return Mat.zeros(rows, heads * headDim);
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.attention(out, q, 0, rows, cache, shape, context - rows);
  }

  @Override
  double formula(int t, int col) {
    int head = col / headDim;
    int kvHead = head / (heads / kvHeads);
    double weights = 0;
    double values = 0;
    for (int s = 0; s <= context - rows + t; s++) {
      double weight = Math.exp(score(t, head, kvHead, s));
      weights += weight;
      values += weight * cache.value(kvHead, s, col % headDim);
    }
    return values / weights;
  }

  private double score(int t, int head, int kvHead, int s) {
    double sum = 0;
    for (int i = 0; i < headDim; i++) {
      sum += (double) q.get(t, head * headDim + i) * cache.key(kvHead, s, i);
    }
    return sum / Math.sqrt(headDim);
  }
}
