package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpsProviderTest {

  private final List<String> log = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  @Test
  void vectorsAreTakenWhereTheModuleIsThere() {
    try (Ops ops = OpsProvider.choose(true, 2, log::add, warnings::add)) {
      assertThat(ops).isInstanceOf(VectorOps.class);
      assertThat(log).singleElement().asString().startsWith("Operations: vector, ").endsWith("2 threads");
      assertThat(warnings).isEmpty();
    }
  }

  @Test
  void scalarIsTakenWhenAskedFor() {
    assertThat(OpsProvider.choose(false, 2, log::add, warnings::add)).isInstanceOf(ScalarOps.class);
    assertThat(log).containsExactly("Operations: scalar");
    assertThat(warnings).isEmpty();
  }
}
