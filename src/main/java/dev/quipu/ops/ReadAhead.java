package dev.quipu.ops;

import dev.quipu.tensor.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Fetches weights before a kernel comes to them, by reading a word of each cache line. Java has no instruction for
 * that, and a processor fetches ahead within a page at best, and only what a loop asks for; a kernel that computes on
 * what it reads asks slowly. So while it works on a stretch of {@link #PAGES} pages, this reads the next stretch, all
 * its pages side by side: each page is then a stream of its own to the processor. Of one thread; knows no kernel.
 */
final class ReadAhead {

  /** Only where it was measured to be worth it (SPEED.md): processors with vectors of 512 bits. */
  private static final boolean ON = Lanes.WIDE.length() == 16;

  /** Bytes that a kernel may read between two calls of {@link #from}. */
  static final int STEP = 1024;

  private static final int LINE = 64;
  private static final int PAGE = 4096;
  private static final int PAGES = 8;
  private static final int STRETCH = PAGES * PAGE;
  private static final int LINES = STEP / LINE / PAGES; // of each page in a step
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(Lanes.ORDER);

  private MemorySegment data;
  private long begin;
  private long last; // where the last stretch begins that can be read
  private MemorySegment scales;
  private MemorySegment biases;
  private long scale; // of the first step
  private long scaleEnd; // where the last one can be read
  private int scaleStep; // bytes of a step
  private int step;
  private int seen; // what was read: without a use of it, the JIT would leave reading out

  /** Rows [from, to) are read next, from the first to the last; their scales for so many rows at once. */
  void start(Weight.Affine w, int from, int to, int rowsAtOnce) {
    data = w.packed();
    begin = from * w.rowBytes();
    last = to * w.rowBytes() - STRETCH;
    scales = w.scales();
    biases = w.biases();
    long rowScales = (long) w.groups() * w.scaleType().bytes();
    scale = (from + rowsAtOnce) * rowScales;
    scaleEnd = to * rowScales - 4;
    scaleStep = (int) (STEP * rowScales / w.rowBytes());
    step = -1;
  }

  /** The kernel goes on at this byte; it does well to come back after a {@link #STEP}. */
  void from(long at) {
    int now = (int) ((at - begin) / STEP);
    while (ON && step < now) {
      readFor(++step);
    }
  }

  private void readFor(int step) {
    long stretch = begin + STRETCH + (long) (step / (STRETCH / STEP)) * STRETCH;
    if (stretch <= last) {
      read(stretch + step % (STRETCH / STEP) * (LINES * LINE));
    }
    long scaled = scale + (long) step * scaleStep;
    if (scaled <= scaleEnd) {
      readScales(scaled);
    }
  }

  private void readScales(long at) {
    int words = 0;
    int bytes = (int) Math.min(scaleStep, scaleEnd - at + 1);
    for (int i = 0; i < bytes; i += LINE) {
      words |= scales.get(INT, at + i) | biases.get(INT, at + i);
    }
    seen |= words;
  }

  private void read(long at) {
    int words = 0;
    for (int page = 0; page < PAGES; page++) {
      for (int line = 0; line < LINES; line++) {
        words |= data.get(INT, at + page * PAGE + line * LINE);
      }
    }
    seen |= words;
  }
}
