package dev.quipu.conform;

import dev.quipu.ops.VectorOps;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code golden/} with the vector operations on one thread, in both regimes, but for the real models and the long
 * positions, which take minutes; {@link GoldenInventoryTest} runs the whole on two threads. Where the build runs this
 * again with narrower vectors, it is the operations and the tiny models.
 */
class VectorGoldenTest {

  private static final boolean NARROWER = System.getProperty("quipu.vector.bits") != null;
  private static final Predicate<String> IDS = NARROWER
      ? id -> id.matches("(op|logits|trace|greedy|perplexity)/.*")
      : id -> !id.matches("(real|long)/.*");

  @TestFactory
  Stream<DynamicTest> vectorOperationsComputeWhatMlxDoes() {
    return Golden.tests(new VectorOps(1), IDS);
  }
}
