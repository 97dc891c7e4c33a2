package dev.quipu.generate;

import dev.quipu.QuipuException;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.model.Segment;
import dev.quipu.tensor.Mat;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Function;

/**
 * An answer as it comes: iterate over its events once; nothing is computed before. The work is done by the engine's
 * thread, a few events ahead; {@link #cancel} may be called from any. Closing it early gives its place and its cache
 * back.
 */
public final class Generation implements Iterable<GenerationEvent>, AutoCloseable {

  /** Events that the engine may be ahead of the reader. */
  private static final int AHEAD = 64;

  private final Scheduler scheduler;
  private final Generator generator;
  private final Queue<GenerationEvent> events = new ArrayDeque<>(); // guarded by this, as all that follows
  private boolean iterated;
  private boolean ended; // no event will come
  private Throwable failure;

  Generation(Scheduler scheduler, Function<Generation, Generator> generator) {
    this.scheduler = scheduler;
    this.generator = generator.apply(this);
  }

  /**
   * The events, ending with {@link Finished}. Iterating throws what went wrong.
   *
   * @throws IllegalStateException if asked for a second time, or if the generation or the engine is closed
   */
  @Override
  public Iterator<GenerationEvent> iterator() {
    synchronized (this) {
      if (iterated) {
        throw new IllegalStateException("a generation can be iterated over once");
      }
      if (ended) {
        throw new IllegalStateException("this generation is closed");
      }
      iterated = true;
    }
    scheduler.submit(this);
    return new Events();
  }

  /** The whole answer. Iterates. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (GenerationEvent event : this) {
      if (event instanceof GenerationEvent.Text part) {
        text.append(part.text());
      }
    }
    return text.toString();
  }

  /** Ends the generation at the next token, or chunk of the prompt; what was computed stays in the cache. */
  public void cancel() {
    generator.cancel();
    scheduler.wake();
  }

  /**
   * Ends the generation and remembers what was computed for a later one that begins alike. Waits until that is done,
   * but for a processor of this very generation, which {@link #cancel cancels} it.
   */
  @Override
  public void close() {
    cancel();
    if (scheduler.isOwnThread()) {
      return;
    }
    synchronized (this) {
      ended |= !iterated;
      boolean interrupted = false;
      while (!ended) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final class Events implements Iterator<GenerationEvent> {

    private boolean finished;

    @Override
    public boolean hasNext() {
      return !finished;
    }

    @Override
    public GenerationEvent next() {
      if (finished) {
        throw new NoSuchElementException();
      }
      GenerationEvent event = take();
      finished = event instanceof Finished;
      return event;
    }
  }

  private GenerationEvent take() {
    GenerationEvent event;
    boolean caughtUp;
    synchronized (this) {
      while (events.isEmpty() && !ended) {
        try {
          wait();
        } catch (InterruptedException e) {
          generator.cancel();
          scheduler.wake();
          Thread.currentThread().interrupt();
          throw new QuipuException("Waiting for the answer was interrupted", e);
        }
      }
      if (events.isEmpty()) {
        throw failed();
      }
      caughtUp = events.size() == AHEAD;
      event = events.remove();
    }
    if (caughtUp) {
      scheduler.wake();
    }
    return event;
  }

  private RuntimeException failed() {
    return switch (failure) {
      case null -> new IllegalStateException("this generation is closed");
      case Error error -> throw error;
      case RuntimeException e -> e;
      default -> new IllegalStateException(failure);
    };
  }

  /** From the engine's thread. */
  synchronized void add(GenerationEvent event) {
    events.add(event);
    ended |= event instanceof Finished;
    notifyAll();
  }

  // From here on: the engine's thread alone. What a caller's processor throws ends this generation and no other.

  int positions() {
    return generator.positions();
  }

  boolean isCancelled() {
    return generator.isCancelled();
  }

  boolean inPrompt() {
    return !isFinished() && generator.inPrompt();
  }

  synchronized boolean isFinished() {
    return ended;
  }

  boolean canStep() {
    synchronized (this) {
      if (ended || events.size() >= AHEAD) {
        return false;
      }
    }
    return !generator.inPrompt();
  }

  /** @return whether it goes on */
  boolean start() {
    guard(generator::start);
    endIfCancelled();
    return !isFinished();
  }

  void endIfCancelled() {
    if (generator.isCancelled() && !isFinished()) {
      guard(() -> generator.finish(StopReason.USER_CANCELLED));
    }
  }

  /** Does what the next chunk needs first, a step of it; false if it needs nothing. */
  boolean look() {
    try {
      return generator.look();
    } catch (RuntimeException | Error e) {
      fail(e, true);
      return true;
    }
  }

  Segment chunk() {
    return generator.chunk();
  }

  void afterChunk(Mat logits, int row) {
    guard(() -> generator.afterChunk(logits, row));
  }

  /** Whether it would have several rows in a step, if it may. */
  boolean guesses() {
    return canStep() && generator.guesses();
  }

  /** Whether its step has several rows without any guess. */
  boolean hasSeveralRows() {
    return canStep() && generator.hasSeveralRows();
  }

  /** Prepares a step; false if guessing failed, and with it the generation. */
  boolean step(boolean mayDraft, boolean together) {
    try {
      generator.step(mayDraft, together);
      return true;
    } catch (RuntimeException | Error e) {
      fail(e, true);
      return false;
    }
  }

  /** What the next step computes of this generation. */
  Segment segment() {
    return generator.segment();
  }

  void afterStep(Mat logits, int row) {
    try {
      generator.afterStep(logits, row);
    } catch (RuntimeException | Error e) {
      fail(e, true);
    }
  }

  private void guard(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      fail(e, true);
    }
  }

  /** @param whole whether the cache is */
  void fail(Throwable reason, boolean whole) {
    try {
      generator.abandon(whole);
    } catch (RuntimeException | Error e) {
      reason.addSuppressed(e);
    }
    synchronized (this) {
      if (!ended) {
        failure = reason;
        ended = true;
        notifyAll();
      }
    }
  }
}
