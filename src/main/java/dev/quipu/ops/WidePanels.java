package dev.quipu.ops;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for the panels of {@link WideTile}, one for each thread that is at work. It is no array, since those begin
 * anywhere; and a constant, so that the JIT has nothing to check at each vector, whatever other memory it has seen.
 */
final class WidePanels {

  /** Rows of a weight in a panel: two vectors. */
  static final int ROWS = 2 * Lanes.WIDE.length();

  /** Inputs of a panel, a multiple of every group size: it fills two thirds of the first-level cache. */
  static final int DEPTH = 256;

  private static final long BYTES = (long) Float.BYTES * DEPTH * ROWS;

  private static final int COUNT = 30 + 2 * Runtime.getRuntime().availableProcessors();

  private static final MemorySegment MEMORY = Arena.global().allocate(COUNT * BYTES, Lanes.WIDE.vectorByteSize());

  /**
   * What has the panels at their addresses: a constant that begins elsewhere would be added to each offset anew, three
   * instructions a vector. No check tells what lies below the panels from them: use what {@link #take} gave.
   */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(MEMORY.address() + MEMORY.byteSize());

  private static final long[] FREE = new long[COUNT]; // where the panels lie that nobody has
  private static int free = COUNT;

  static {
    for (int i = 0; i < COUNT; i++) {
      FREE[i] = MEMORY.address() + i * BYTES;
    }
  }

  private WidePanels() {}

  /** Where in {@link #ALL} a panel lies that is the caller's until it is given back; waits for one if all are taken. */
  static long take() {
    boolean interrupted = false;
    synchronized (FREE) {
      while (free == 0) {
        try {
          FREE.wait();
        } catch (InterruptedException e) {
          interrupted = true; // to be told afterwards: told now, each wait would end at once, with the lock held
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return FREE[--free];
    }
  }

  static void giveBack(long panel) {
    synchronized (FREE) {
      FREE[free++] = panel;
      FREE.notify();
    }
  }
}
