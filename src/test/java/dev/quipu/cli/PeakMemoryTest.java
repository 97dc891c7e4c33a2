package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PeakMemoryTest {

  private static final long TOUCHED_BYTES = 400L << 20;

  @Test
  void theStatusOfLinuxIsReadInKilobytes() {
    assertThat(PeakMemory.parse("Name:\tjava\nVmHWM:\t  345678 kB\nVmRSS:\t 1 kB\n")).hasValue(345_678L * 1024);
    assertThat(PeakMemory.parse("Name:\tjava\n")).isEmpty();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "VmHWM is Linux's; elsewhere getrusage is all there is")
  void getrusageAgreesWithTheStatusOfLinux() {
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(TOUCHED_BYTES).fill((byte) 1); // beside it, what the two calls themselves load is nothing
    }
    long kilobytes = Posix.maxResidentSize();
    assertThat(kilobytes * 1024).isGreaterThan(TOUCHED_BYTES)
        .isCloseTo(PeakMemory.bytes().orElseThrow(), withinPercentage(5));
  }
}
