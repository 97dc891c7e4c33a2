package dev.quipu.ops;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import java.util.function.Consumer;

/**
 * Chooses the fastest operations that this Java virtual machine can run well, and says which and why not the others.
 * Knows no model.
 */
public final class OpsProvider {

  private static final String VECTOR_CLASS = "jdk.incubator.vector.FloatVector";

  private OpsProvider() {}

  /**
   * @param wanted  {@code auto}, {@code scalar} or {@code vector}, as given to {@code --ops}
   * @param threads threads of the vector operations
   * @param log     told once which operations were chosen
   * @throws InvalidRequestException if {@code wanted} is none of the three
   * @throws QuipuException          if {@code vector} was wanted and cannot be had
   */
  public static Ops choose(String wanted, int threads, Consumer<String> log) {
    return switch (wanted) {
      case "scalar" -> scalar("asked for", log);
      case "vector" -> requireVector(threads, log);
      case "auto" -> best(threads, log);
      default -> throw new InvalidRequestException(
          "ops", "--ops must be auto, scalar or vector but is \"" + wanted + "\"");
    };
  }

  private static Ops best(int threads, Consumer<String> log) {
    String obstacle = obstacleToVectors();
    return obstacle == null ? vector(threads, log) : scalar(obstacle, log);
  }

  private static Ops requireVector(int threads, Consumer<String> log) {
    String obstacle = obstacleToVectors();
    if (obstacle != null) {
      throw new QuipuException("--ops vector: " + obstacle);
    }
    return vector(threads, log);
  }

  private static Ops vector(int threads, Consumer<String> log) {
    log.accept("vector operations: " + Lanes.describe() + ", " + threads + (threads == 1 ? " thread" : " threads"));
    return new VectorOps(threads);
  }

  private static Ops scalar(String reason, Consumer<String> log) {
    log.accept("scalar operations, which are much slower than vector operations: " + reason);
    return new ScalarOps();
  }

  /** Why the vector operations cannot run, or would run badly; null if nothing is in the way. */
  private static String obstacleToVectors() {
    if (!hasVectorModule()) {
      return "the Vector API is not enabled; start with --add-modules jdk.incubator.vector";
    }
    if (System.getProperty("java.vm.info", "").startsWith("interpreted")) {
      return "this Java interprets only; start it without -Xint";
    }
    return null;
  }

  private static boolean hasVectorModule() {
    try {
      Class.forName(VECTOR_CLASS, false, OpsProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
