package dev.quipu.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;

/** Bounds what a grammar costs that means ill. */
final class Hostile {

  private Hostile() {}

  /** In a second once the machine is warm: what is bounded is the processor's time, twice that where it is cold. */
  static void soon(Runnable work) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    work.run();
    assertThat((threads.getCurrentThreadCpuTime() - start) / 1e9).isLessThan(2);
  }
}
