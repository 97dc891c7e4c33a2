package dev.quipu.generate;

import dev.quipu.generate.GenerationEvent.Finished;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * An answer as it comes: iterate over its events once. The work is done by the thread that iterates; {@link #cancel}
 * may be called from any. Closing it early gives its place in the cache back.
 */
public final class Generation implements Iterable<GenerationEvent>, AutoCloseable {

  private final Generator generator;
  private boolean iterated;

  Generation(Generator generator) {
    this.generator = generator;
  }

  /**
   * The events, ending with {@link Finished}.
   *
   * @throws IllegalStateException if asked for a second time
   */
  @Override
  public Iterator<GenerationEvent> iterator() {
    if (iterated) {
      throw new IllegalStateException("a generation can be iterated over once");
    }
    iterated = true;
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
  }

  /** Ends the generation and remembers what was computed for a later one that begins alike. */
  @Override
  public void close() {
    generator.close();
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
      GenerationEvent event = generator.next();
      finished = event instanceof Finished;
      return event;
    }
  }
}
