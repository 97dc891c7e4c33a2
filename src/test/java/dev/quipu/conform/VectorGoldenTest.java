package dev.quipu.conform;

import dev.quipu.ops.VectorOps;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The whole of {@code golden/} with the vector operations on two threads, in both regimes; {@link GoldenInventoryTest}
 * does the same with one. Where the build runs this again with narrower vectors, it is the operations and the tiny
 * models.
 */
class VectorGoldenTest {

  private static final boolean NARROWER = System.getProperty("quipu.vector.bits") != null;
  private static final Predicate<String> IDS = NARROWER
      ? id -> id.matches("(op|logits|long|trace|greedy|perplexity)/.*")
      : id -> true;

  @TestFactory
  Stream<DynamicTest> twoThreadsComputeWhatMlxDoes() {
    return Golden.tests(new VectorOps(2), IDS);
  }
}
