package dev.quipu.vision;

import java.util.function.Supplier;

/** What is read when it is first asked for. Used by one thread at a time. */
final class Once<T> implements Supplier<T> {

  private final Supplier<T> reader;
  private T value;

  Once(Supplier<T> reader) {
    this.reader = reader;
  }

  @Override
  public T get() {
    if (value == null) {
      value = reader.get();
    }
    return value;
  }
}
