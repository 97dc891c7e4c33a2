package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherTest {

  @ParameterizedTest
  @CsvSource({"1.8, 8", "1.8.0_402, 8", "9, 9", "17.0.15, 17", "25, 25", "26-ea, 26", "'', 0", "unknown, 0"})
  void theMajorVersionIsRead(String text, int version) {
    assertThat(Launcher.version(text)).isEqualTo(version);
  }

  @Test
  void theLauncherRunsOnJava8() throws IOException {
    try (var in = new DataInputStream(Launcher.class.getResourceAsStream("Launcher.class"))) {
      assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
      in.readUnsignedShort(); // minor
      assertThat(in.readUnsignedShort()).isEqualTo(52); // Java 8
    }
  }
}
