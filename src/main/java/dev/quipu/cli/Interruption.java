package dev.quipu.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What Ctrl-C does while something runs: it is asked to stop, and gets a moment to say what there is. Quipu ends with
 * 130 all the same.
 */
final class Interruption implements AutoCloseable {

  /** A chunk of a long prompt on a slow machine takes longer; nobody waits for it. */
  private static final int PATIENCE_SECONDS = 5;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Runnable stop) {
    this.hook = new Thread(() -> interrupt(stop), "quipu-interrupt");
  }

  /** @param stop asks what runs to stop; it then closes what this gives */
  static Interruption stops(Runnable stop) {
    Interruption interruption = new Interruption(stop);
    try {
      Runtime.getRuntime().addShutdownHook(interruption.hook);
    } catch (IllegalStateException e) { // it is being ended already
      stop.run();
    }
    return interruption;
  }

  private void interrupt(Runnable stop) {
    stop.run();
    try {
      done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nothing runs any more. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it is being ended, and the hook is what waited
    }
  }
}
