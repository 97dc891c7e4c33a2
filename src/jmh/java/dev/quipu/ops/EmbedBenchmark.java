package dev.quipu.ops;

import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Weight;
import java.util.Arrays;
import java.util.Random;
import org.openjdk.jmh.annotations.Param;

/** Rows of a table, widened; the scalar ones are held to the numbers that were packed. */
public class EmbedBenchmark extends OpsBenchmark {

  private static final long SEED = 1;

  @Param({"BF16", "AFFINE4", "AFFINE8"})
  public Format format;

  @Param({"1", "512"})
  public int rows;

  @Param("4096")
  public int vocabulary;

  @Param("2048")
  public int width;

  private Weight table;
  private int[] tokens;
  private float[] numbers;

  public EmbedBenchmark() {
    super("embed", 1e-6);
  }

  @Override
  void operands(Operands random) {
    table = format.weight(vocabulary, width, SEED);
    tokens = new Random(SEED).ints(rows, 0, vocabulary).toArray();
    numbers = isScalar() ? Format.numbers(vocabulary * width, SEED) : null;
  }

  @Override
  Mat start() {
    Mat out = Mat.zeros(rows, width);
    Arrays.fill(out.data(), Float.NaN);
    return out;
  }

  @Override
  void compute(Ops ops, Mat out) {
    ops.embed(out, 0, tokens, 0, rows, table);
  }

  @Override
  double formula(int row, int channel) {
    return numbers[tokens[row] * width + channel];
  }

  @Override
  double tolerance() {
    return isScalar() ? format.error() : super.tolerance();
  }
}
