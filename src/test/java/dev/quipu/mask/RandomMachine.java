package dev.quipu.mask;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A random automaton over bytes, in which a quote begins a lexeme: a random automaton over characters up to the next
 * quote. What follows may depend on the text between the quotes, as a key's value does on the key.
 */
final class RandomMachine {

  /** Characters that a lexeme tells apart; every other one counts as the one of its kind. */
  private static final String LETTERS = "bcB01 _-é\u2028\u3000";

  private static final int OUTER = 4;
  private static final int INNER = 5;

  private final int[][] outer = new int[OUTER][256];
  private final boolean[] complete = new boolean[OUTER];
  private final boolean dependsOnText;
  private final boolean saysUnrestricted;

  /** The state after a character of a kind; 0 is dead, 1 is the beginning. */
  private final int[][] inner = new int[INNER][];
  private final boolean[] closes = new boolean[INNER];
  private final Map<String, State> interned = new HashMap<>();

  RandomMachine(Random random) {
    byte[] alphabet = "\"{ab\n\u00e9".getBytes(StandardCharsets.UTF_8);
    for (int s = 1; s < OUTER; s++) {
      for (byte b : alphabet) {
        outer[s][b & 255] = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(OUTER - 1);
      }
      outer[s]['"'] = 1 + random.nextInt(OUTER - 1);
      complete[s] = random.nextBoolean();
    }
    dependsOnText = random.nextBoolean();
    int dead = random.nextInt(4);
    for (int s = 1; s < INNER; s++) {
      inner[s] = row(random, dead);
      closes[s] = random.nextBoolean();
    }
    closes[1 + random.nextInt(INNER - 1)] = true;
    prune();
    saysUnrestricted = Arrays.stream(inner).skip(1).flatMapToInt(Arrays::stream).noneMatch(next -> next == 0);
  }

  /** Often the same state for most characters. */
  private int[] row(Random random, int dead) {
    int[] row = new int[LETTERS.length() + 6];
    int usual = random.nextInt(INNER);
    for (int i = 0; i < row.length; i++) {
      row[i] = random.nextInt(5) > 0 ? usual : random.nextInt(INNER);
      if (row[i] == 0 && dead == 0) {
        row[i] = 1;
      }
    }
    return row;
  }

  /** States from which no quote is reached become dead. */
  private void prune() {
    boolean[] alive = closes.clone();
    for (int round = 0; round < INNER; round++) {
      for (int s = 1; s < INNER; s++) {
        for (int next : inner[s]) {
          alive[s] |= next != 0 && alive[next];
        }
      }
    }
    for (int s = 1; s < INNER; s++) {
      for (int i = 0; i < inner[s].length; i++) {
        if (!alive[inner[s][i]]) {
          inner[s][i] = 0;
        }
      }
    }
  }

  Position start() {
    return new Outer(1);
  }

  private static int kind(int codePoint) {
    int letter = LETTERS.indexOf(codePoint);
    return letter >= 0 ? letter
        : LETTERS.length() + (codePoint >= 0x80 ? 0
            : codePoint >= 'a' && codePoint <= 'z' ? 1
            : codePoint >= 'A' && codePoint <= 'Z' ? 2
            : codePoint >= '0' && codePoint <= '9' ? 3
            : codePoint >= ' ' ? 4 : 5);
  }

  private State state(int state, String pending) {
    return interned.computeIfAbsent(state + pending, any -> new State(state, pending));
  }

  /** Within a lexeme: a state and the bytes of an unfinished character. */
  private final class State extends Lexeme {

    private final int state;
    private final String pending;
    private final Lexeme[] next = new Lexeme[256];
    private final boolean[] known = new boolean[256];

    State(int state, String pending) {
      this.state = state;
      this.pending = pending;
    }

    @Override
    public Lexeme next(int b) {
      if (!known[b]) {
        next[b] = find(b);
        known[b] = true;
      }
      return next[b];
    }

    private Lexeme find(int b) {
      String bytes = pending + (char) b;
      if (bytes.length() == 1 && b < 0x80) {
        return b == '"' || b == '\\' || b < ' ' ? null : to(b);
      }
      return alive(bytes) ? finished(bytes) ? to(codePoint(bytes)) : state(state, bytes) : null;
    }

    private Lexeme to(int codePoint) {
      int after = inner[state][kind(codePoint)];
      return after == 0 ? null : state(after, "");
    }

    /** Whether the bytes begin a character that leads on: a letter, or one of the many that count the same. */
    private boolean alive(String bytes) {
      int[] row = inner[state];
      return begins(bytes) && (finished(bytes) ? row[kind(codePoint(bytes))] != 0
          : row[LETTERS.length()] != 0 || LETTERS.codePoints().anyMatch(letter ->
              utf8(letter).startsWith(bytes) && row[LETTERS.indexOf(letter)] != 0));
    }

    private static String utf8(int codePoint) {
      byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean endsBefore(int b) {
      return b == '"' && pending.isEmpty() && closes[state];
    }

    @Override
    public boolean isQuoted() {
      return true;
    }

    @Override
    public boolean unrestricted() {
      return saysUnrestricted && pending.isEmpty();
    }

    @Override
    public Lexeme after(BeyondAscii kind) {
      int[] row = inner[state];
      int other = row[LETTERS.length()];
      boolean same = other != 0 && LETTERS.codePoints().allMatch(letter ->
          letter < 0x80 || BeyondAscii.of(letter) != kind || row[LETTERS.indexOf(letter)] == other);
      return pending.isEmpty() && same ? state(other, "") : null;
    }
  }

  private static int length(String bytes) {
    int lead = bytes.charAt(0);
    return lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }

  private static boolean finished(String bytes) {
    return bytes.length() == length(bytes) && begins(bytes);
  }

  /** Whether well-formed UTF-8 begins so; Java is asked, with the lowest and the highest continuation. */
  private static boolean begins(String bytes) {
    int length = length(bytes);
    if (length == 0 || bytes.length() > length) {
      return false;
    }
    String low = bytes;
    String high = bytes;
    while (low.length() < length) {
      low += (char) 0x80;
      high += (char) 0xBF;
    }
    String first = new String(low.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    String last = new String(high.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return first.codePointCount(0, first.length()) == 1 || last.codePointCount(0, last.length()) == 1;
  }

  private static int codePoint(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).codePointAt(0);
  }

  /** Outside of lexemes. */
  private final class Outer implements Position {

    private final int state;

    Outer(int state) {
      this.state = state;
    }

    @Override
    public Position next(int b) {
      int after = outer[state][b];
      return after == 0 ? null : b == '"' ? new Inner(after, state(1, ""), 0) : new Outer(after);
    }

    @Override
    public boolean complete() {
      return complete[state];
    }
  }

  /** Inside of a lexeme; remembers a little of its text. */
  private final class Inner implements Position {

    private final int outside;
    private final State state;
    private final int text;

    Inner(int outside, State state, int text) {
      this.outside = outside;
      this.state = state;
      this.text = text;
    }

    @Override
    public Position next(int b) {
      if (state.endsBefore(b)) {
        int sum = outside + state.state + (dependsOnText ? text : 0);
        return new Outer(1 + sum % (OUTER - 1));
      }
      Lexeme after = state.next(b);
      return after == null ? null : new Inner(outside, (State) after, (31 * text + b) % 1009);
    }

    @Override
    public boolean complete() {
      return false;
    }

    @Override
    public Lexeme lexeme() {
      return state;
    }

    @Override
    public Position within(Lexeme after, byte[] bytes, int from, int to) {
      int read = text;
      for (int i = from; i < to; i++) {
        read = (31 * read + (bytes[i] & 255)) % 1009;
      }
      return new Inner(outside, (State) after, read);
    }

    @Override
    public Position at(Lexeme after) {
      return dependsOnText ? null : new Inner(outside, (State) after, 0);
    }
  }
}
