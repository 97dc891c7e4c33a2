package dev.quipu.generate;

import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.Mat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/**
 * Runs the generations of an engine, several at once, on a thread of its own (continuous batching, Yu et al. 2022): a
 * step of all that generate in one call, then a chunk of one prompt, and so on; new ones join between calls. A
 * generation whose reader does not keep up pauses. None of this changes what a generation says.
 */
final class Scheduler implements AutoCloseable {

  private final Decoder decoder; // also the lock of every call
  private final PromptCache promptCache;
  private final int maxSequences;
  private final Queue<Generation> waiting = new ArrayDeque<>(); // guarded by this, as the next two
  private boolean closed;
  private boolean woken;
  private final List<Generation> active = new ArrayList<>(); // the thread's own, as all that follows
  private final List<Generation> stepping = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>(); // of those that step
  private Batch step = new Batch(Regime.GENERATE); // the last one, made anew where others step
  private final Thread thread;

  Scheduler(Decoder decoder, PromptCache promptCache, int maxSequences) {
    this.decoder = decoder;
    this.promptCache = promptCache;
    this.maxSequences = maxSequences;
    this.thread = Thread.ofPlatform().daemon().name("quipu-engine").unstarted(this::run);
  }

  /** Takes a generation on; it begins when those before it leave room. */
  synchronized void submit(Generation generation) {
    if (closed) {
      throw closedEngine();
    }
    waiting.add(generation);
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    wake();
  }

  /** Something has changed: a generation is cancelled, or its reader has caught up. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** Ends every generation, then the thread. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      wake();
    }
    boolean interrupted = false;
    while (thread.isAlive() && !isOwnThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it is asked from within a call, by a caller's processor. */
  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  static IllegalStateException closedEngine() {
    return new IllegalStateException("this engine is closed");
  }

  private void run() {
    try {
      while (!isClosed()) {
        if (!work()) {
          rest();
        }
      }
      endAll(closedEngine());
    } catch (RuntimeException | Error e) { // none should come so far; nobody is to wait for ever if one does
      endAll(e);
      throw e;
    }
  }

  /** One round; false if there was nothing to do. */
  private boolean work() {
    synchronized (decoder) {
      admit();
      boolean stepped = generate();
      return readPrompt() || stepped;
    }
  }

  private void endAll(Throwable reason) {
    synchronized (this) {
      closed = true;
    }
    for (Generation next = next(); next != null; next = next()) {
      active.add(next);
    }
    active.forEach(generation -> generation.fail(reason, true));
  }

  /** All that happens before this returns is seen by what follows; all that happens after it wakes. */
  private synchronized boolean isClosed() {
    woken = false;
    return closed;
  }

  /** Lets those out who have ended, and those in for whom there is room. */
  private void admit() {
    active.forEach(Generation::endIfCancelled);
    active.removeIf(Generation::isFinished);
    for (Generation next = next(); next != null; next = next()) {
      if (next.start()) {
        active.add(next);
      }
    }
  }

  private synchronized Generation next() {
    return closed || hasRoom(waiting.peek()) ? waiting.poll() : null;
  }

  private boolean hasRoom(Generation next) {
    return next != null
        && (next.isCancelled() || active.size() < maxSequences && promptCache.hasRoom(next.positions()));
  }

  private void rest() {
    synchronized (this) {
      while (!woken) {
        try {
          wait();
        } catch (InterruptedException e) {
          closed = true; // nobody but a program that ends interrupts this thread
          return;
        }
      }
    }
  }

  /** One step of all that generate and whose readers keep up. */
  private boolean generate() {
    stepping.clear();
    segments.clear();
    boolean alone = active.size() == 1; // else guesses would be more rows than a pass takes
    boolean guesses = alone && active.getFirst().guesses();
    boolean several = guesses || active.size() > 1 || alone && active.getFirst().hasSeveralRows();
    boolean together = several && decoder.expectSeveralRows();
    for (Generation generation : active) {
      if (generation.canStep() && generation.step(guesses, together)) {
        stepping.add(generation);
        segments.add(generation.segment());
      }
    }
    if (stepping.isEmpty()) {
      return false;
    }
    if (!segments.equals(Arrays.asList(step.segments()))) {
      step = new Batch(Regime.GENERATE, segments.toArray(Segment[]::new));
    }
    Mat logits = forward(step, stepping);
    int row = 0;
    for (int i = 0; logits != null && i < stepping.size(); i++) {
      int rows = segments.get(i).logitRows();
      stepping.get(i).afterStep(logits, row);
      row += rows;
    }
    return true;
  }

  /** One chunk of the prompt that came first, or one look at an image in it. */
  private boolean readPrompt() {
    for (Generation generation : active) {
      if (generation.inPrompt()) {
        if (generation.look()) {
          return true;
        }
        Mat logits = forward(new Batch(Regime.PROMPT, generation.chunk()), List.of(generation));
        if (logits != null) {
          generation.afterChunk(logits, 0);
        }
        return true;
      }
    }
    return false;
  }

  /** @return null if the call failed, and with it all who were in it */
  private Mat forward(Batch batch, List<Generation> generations) {
    try {
      return decoder.forward(batch);
    } catch (RuntimeException | Error e) {
      generations.forEach(generation -> generation.fail(e, false)); // layers may differ in length: caches are lost
      return null;
    }
  }
}
