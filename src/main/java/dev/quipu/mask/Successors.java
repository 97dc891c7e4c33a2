package dev.quipu.mask;

import java.util.Arrays;

/**
 * Where bytes lead from a state, as far as it is known: a small table, since most of them lead to the same few. What it
 * does not know any more it may be asked again. Any thread.
 */
public final class Successors<T> {

  private static final int MOST = 255;
  private static final byte[] NOTHING = new byte[256];

  /** Of each byte which of the states it leads to, plus one; 0: not known. */
  private byte[] numbers = NOTHING;
  private Object[] states = {};

  /** Null if it is not known. */
  @SuppressWarnings("unchecked")
  public T get(int b) {
    int number = numbers[b] & 255;
    Object[] known = states;
    return number == 0 || number > known.length ? null : (T) known[number - 1];
  }

  public void put(int b, T state) {
    fill(b, b, state);
  }

  /** For all bytes from one up to another; null: forgets what is known of them. */
  public synchronized void fill(int first, int last, T state) {
    if (numbers == NOTHING) {
      numbers = new byte[256];
    }
    Arrays.fill(numbers, first, last + 1, (byte) (state == null ? 0 : number(state)));
  }

  /** 0 if there is no room for one more. */
  private int number(T state) {
    int i = 0;
    while (i < states.length && states[i] != null) {
      if (states[i++] == state) {
        return i;
      }
    }
    if (i == MOST) {
      return 0;
    }
    if (i == states.length) {
      states = Arrays.copyOf(states, Math.min(2 * i + 2, MOST));
    }
    states[i] = state;
    return i + 1;
  }
}
