package dev.quipu.conform;

import static org.assertj.core.api.Assertions.fail;

import dev.quipu.ops.Ops;
import dev.quipu.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** The cases of {@code golden/} as tests, each under its id. */
final class Golden {

  static final Path ROOT = Path.of("golden");

  private Golden() {}

  static Stream<DynamicTest> tests(Ops ops, Predicate<String> ids) {
    return tests(ops, ids, (_, _) -> {});
  }

  /** @param read told of each case that passed, while it is open */
  static Stream<DynamicTest> tests(Ops ops, Predicate<String> ids, BiConsumer<Suite.Entry, Case> read) {
    Suite suite = Suite.open(ROOT);
    Conformance conformance = new Conformance(suite, List.of(), ops, DType.F32);
    return suite.entries().stream().filter(entry -> ids.test(entry.id()))
        .map(entry -> DynamicTest.dynamicTest(entry.id(),
            () -> check(conformance.run(entry, c -> read.accept(entry, c)))))
        .onClose(conformance::close).onClose(ops::close);
  }

  private static void check(Verdict verdict) {
    switch (verdict) {
      case Verdict.Passed _ -> {}
      case Verdict.Skipped s -> Assumptions.abort(s.reason());
      case Verdict.Failed f -> fail(f.reason(), f.cause());
    }
  }
}
