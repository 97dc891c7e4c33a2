package dev.quipu.ops;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the items 0 … n of one task at a time; the caller works too. Knows no operation.
 *
 * <p>Items are claimed in contiguous bands, several a thread, and a call ends when all bands are done, not when all
 * threads have come: a thread that the system has put aside costs at most the band it holds. Between calls a worker
 * spins briefly, since the next call of a forward pass comes within microseconds, and then parks. Nothing is allocated.
 */
final class RowPool implements AutoCloseable {

  /** Work on contiguous items; {@code worker} is 0 … threads − 1 and picks the scratch. */
  interface Task {
    void run(int from, int to, int worker);
  }

  private static final int BANDS_A_THREAD = 4;
  private static final long SPIN_NANOS = 50_000;
  private static final int CLOSED = -1;

  private final Worker[] workers; // all but the caller
  private final AtomicLong claim = new AtomicLong(); // number of the call (32 bits), its bands (16), the next band (16)
  private final AtomicInteger done = new AtomicInteger();
  private Task task;
  private int items;
  private int call;
  private volatile Throwable failure;

  /** @param threads the caller's included */
  RowPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but is " + threads);
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  Thread[] workers() {
    return workers;
  }

  int threads() {
    return workers.length + 1;
  }

  /** Runs the task over items 0 … n and returns when all are done. */
  void run(Task task, int items) {
    if (workers.length == 0 || items <= 1) {
      if (items > 0) task.run(0, items, 0);
      return;
    }
    this.task = task;
    this.items = items;
    int bands = Math.min(items, BANDS_A_THREAD * threads());
    done.set(0);
    call = call + 1 & Integer.MAX_VALUE;
    claim.set((long) call << 32 | (long) bands << 16); // publishes the fields above
    for (Worker worker : workers) {
      worker.wake();
    }
    work(call, 0);
    awaitBands(bands);
    this.task = null;
    rethrow();
  }

  /** Claims bands of this call until none is left. */
  private void work(int call, int worker) {
    while (true) {
      long claimed = claim.get();
      int band = (int) claimed & 0xFFFF;
      int bands = (int) claimed >>> 16;
      if ((int) (claimed >>> 32) != call || band >= bands) {
        return;
      }
      if (claim.compareAndSet(claimed, claimed + 1)) { // the call cannot end before this band is done
        runBand(band, bands, worker);
      }
    }
  }

  private void runBand(int band, int bands, int worker) {
    try {
      int from = (int) ((long) items * band / bands);
      int to = (int) ((long) items * (band + 1) / bands);
      task.run(from, to, worker);
    } catch (Throwable e) {
      failure = e;
    } finally {
      done.incrementAndGet();
    }
  }

  private void awaitBands(int bands) {
    for (int spins = 0; done.get() < bands; spins++) {
      if (spins < 2_000) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // a worker was put aside within its band: let it run
      }
    }
  }

  private void rethrow() {
    Throwable thrown = failure;
    if (thrown == null) {
      return;
    }
    failure = null;
    if (thrown instanceof RuntimeException e) throw e;
    if (thrown instanceof Error e) throw e;
    throw new IllegalStateException(thrown);
  }

  @Override
  public void close() {
    claim.set((long) CLOSED << 32);
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {

    private final int number;
    private volatile boolean parked;

    Worker(int number) {
      super("quipu-rows-" + number);
      this.number = number;
      setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int seen = 0;
      while (true) {
        seen = awaitCallAfter(seen);
        if (seen == CLOSED) {
          return;
        }
        work(seen, number);
      }
    }

    private int awaitCallAfter(int seen) {
      long start = System.nanoTime();
      while (true) {
        for (int i = 0; i < 64; i++) {
          int current = currentCall();
          if (current != seen) {
            return current;
          }
          Thread.onSpinWait();
        }
        if (System.nanoTime() - start > SPIN_NANOS) {
          parkAfter(seen);
        }
      }
    }

    private void parkAfter(int seen) {
      parked = true;
      while (currentCall() == seen) {
        LockSupport.park(RowPool.this);
      }
      parked = false;
    }

    private int currentCall() {
      return (int) (claim.get() >>> 32);
    }
  }
}
