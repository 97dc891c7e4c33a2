package dev.quipu.ops;

import dev.quipu.support.Checked;
import dev.quipu.support.Measured;
import dev.quipu.tensor.Mat;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One operation, by either Ops. What the vector operations compute is held to the scalar ones, all of it; what those
 * compute to a formula, some of it: before the first call that is timed, and after the last, when the JIT has compiled
 * what was called.
 */
public abstract class OpsBenchmark extends Measured {

  private static final long SEED = 20260111;

  /** Elements that are computed by formula. */
  private static final int SAMPLES = 256;

  @Param({"scalar", "vector"})
  public String ops;

  /** That the vector operations use at once. */
  @Param("1")
  public int threads;

  private final String operation;
  private final double tolerance;
  private Ops chosen;
  private Mat out;
  private Checked.Formula expected;

  /** @param tolerance as of {@link Checked#close} */
  OpsBenchmark(String operation, double tolerance) {
    this.operation = operation;
    this.tolerance = tolerance;
  }

  /** Makes up what the operation works on. */
  abstract void operands(Operands random);

  /** A new matrix for the result: what is to be changed in place, or zeros. */
  abstract Mat start();

  /** The operation, once; what it gives is in {@code out} then. */
  abstract void compute(Ops ops, Mat out);

  /** An element of the result, by the book. */
  abstract double formula(int row, int col);

  double tolerance() {
    return tolerance;
  }

  boolean isScalar() {
    return ops.equals("scalar");
  }

  @Setup
  public void prepare() {
    chosen = switch (ops) {
      case "scalar" -> new ScalarOps();
      case "vector" -> new VectorOps(threads, warm());
      default -> throw new IllegalArgumentException("ops is scalar or vector but not " + ops);
    };
    operands(new Operands(SEED));
    out = start();
    expected = isScalar() ? this::formula : computed(new ScalarOps())::get;
    check();
  }

  /** Past the plain loops of a first prompt. */
  private static Warmth warm() {
    Warmth warm = new Warmth();
    warm.end();
    return warm;
  }

  @Benchmark
  public Mat run() {
    compute(chosen, out);
    return out;
  }

  @TearDown
  public void finish() {
    check();
    chosen.close();
  }

  private void check() {
    Mat found = computed(chosen);
    int step = isScalar() ? found.size() / SAMPLES | 1 : 1; // odd, so that it meets every column of an even number
    Checked.close(operation + " by " + ops + " operations", found, expected, tolerance(), step);
  }

  private Mat computed(Ops ops) {
    Mat result = start();
    compute(ops, result);
    return result;
  }
}
