package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PeakMemoryTest {

  @Test
  void theStatusOfLinuxIsReadInKilobytes() {
    assertThat(PeakMemory.parse("Name:\tjava\nVmHWM:\t  345678 kB\nVmRSS:\t 1 kB\n")).hasValue(345_678L * 1024);
    assertThat(PeakMemory.parse("Name:\tjava\n")).isEmpty();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "VmHWM is Linux's; elsewhere getrusage is all there is")
  void getrusageAgreesWithTheStatusOfLinux() {
    long kilobytes = Posix.maxResidentSize();
    assertThat(kilobytes * 1024).isCloseTo(PeakMemory.bytes().orElseThrow(), withinPercentage(5));
  }
}
