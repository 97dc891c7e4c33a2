package dev.quipu.support;

import dev.quipu.QuipuException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/** What holds of every file that somebody hands to quipu: it works, or is refused with a message, and soon. */
public final class Fuzz {

  /** More only beside the fuzzer's own counters, which make plain Java some twenty times slower on a busy machine. */
  private static final long LIMIT_SECONDS = Long.getLong("quipu.fuzz.seconds", 10);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private Fuzz() {}

  /** Runs what may refuse its input; any other failure is a finding, as are ten seconds of the processor. */
  public static void worksOrRefuses(Runnable reading) {
    long start = THREADS.getCurrentThreadCpuTime();
    try {
      reading.run();
    } catch (QuipuException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("a refusal without a message", e);
      }
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(THREADS.getCurrentThreadCpuTime() - start);
    if (seconds >= LIMIT_SECONDS) {
      throw new AssertionError("took " + seconds + " s of the processor");
    }
  }
}
