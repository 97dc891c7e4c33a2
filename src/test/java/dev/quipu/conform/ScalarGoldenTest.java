package dev.quipu.conform;

import dev.quipu.ops.ScalarOps;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The whole of {@code golden/} with the scalar operations. */
class ScalarGoldenTest {

  @TestFactory
  Stream<DynamicTest> scalarOperationsComputeWhatMlxDoes() {
    return Golden.tests(new ScalarOps(), id -> !takesMinutes(id));
  }

  @TestFactory
  Stream<DynamicTest> whatWouldTakeMinutes() {
    return Suite.open(Golden.ROOT).entries().stream().map(Suite.Entry::id).filter(ScalarGoldenTest::takesMinutes)
        .map(id -> DynamicTest.dynamicTest(id, () -> Assumptions.abort(
            "up to two minutes with scalar operations; quipu conform golden --ops scalar runs it")));
  }

  private static boolean takesMinutes(String id) {
    return id.startsWith("real/") && !id.equals("real/smol-logits");
  }
}
