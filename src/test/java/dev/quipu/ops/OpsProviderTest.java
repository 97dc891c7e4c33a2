package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpsProviderTest {

  private final List<String> log = new ArrayList<>();

  @Test
  void autoTakesVectorsWhereTheModuleIsThereAndSaysSo() {
    try (Ops ops = OpsProvider.choose("auto", 2, log::add)) {
      assertThat(ops).isInstanceOf(VectorOps.class);
      assertThat(log).singleElement().asString().startsWith("vector operations: ").endsWith("2 threads");
    }
  }

  @Test
  void scalarIsTakenWhenAskedForAndSaysThatItIsSlow() {
    assertThat(OpsProvider.choose("scalar", 2, log::add)).isInstanceOf(ScalarOps.class);
    assertThat(log).singleElement().asString().contains("much slower").endsWith("asked for");
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> OpsProvider.choose("gpu", 2, log::add))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("--ops must be auto, scalar or vector but is \"gpu\"");
  }
}
