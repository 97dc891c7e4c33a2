package dev.quipu.language;

import dev.quipu.mask.BeyondAscii;
import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Position;
import dev.quipu.mask.Successors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The beginning of a text in UTF-8 of which the whole is to be in a language. */
public final class TextPosition extends Lexeme implements Position {

  private static final int LIMIT = 50_000;
  private static final TextPosition DEAD = new TextPosition(null, Language.NONE, Unfinished.NOTHING);

  private final Map<State, TextPosition> table;
  private final Language rest;
  private final int unfinished;
  private Successors<TextPosition> known = new Successors<>();

  private record State(Language rest, int unfinished) {}

  private TextPosition(Map<State, TextPosition> table, Language rest, int unfinished) {
    this.table = table;
    this.rest = rest;
    this.unfinished = unfinished;
  }

  /** The beginning of any text of a language; null if it has none. */
  public static Position of(Language language) {
    return language.isEmpty() ? null : of(new ConcurrentHashMap<>(), language, Unfinished.NOTHING);
  }

  private static TextPosition of(Map<State, TextPosition> table, Language rest, int unfinished) {
    if (table.size() >= LIMIT) {
      table.values().forEach(TextPosition::forget);
      table.clear();
    }
    return table.computeIfAbsent(new State(rest, unfinished), key -> new TextPosition(table, rest, unfinished));
  }

  private void forget() {
    known = new Successors<>();
    rest.forget();
  }

  /** The whole text is one lexeme. */
  @Override
  public Lexeme lexeme() {
    return this;
  }

  @Override
  public boolean endsBefore(int b) {
    return false;
  }

  @Override
  public Lexeme after(BeyondAscii kind) {
    Language next = unfinished == Unfinished.NOTHING ? rest.afterAll(Unfinished.characters(kind)) : null;
    return next == null ? null : of(table, next, Unfinished.NOTHING);
  }

  @Override
  public int repeats() {
    return unfinished == Unfinished.NOTHING ? rest.repeats() : 0;
  }

  @Override
  public TextPosition next(int b) {
    TextPosition next = known.get(b);
    if (next == null) {
      next = compute(b);
      known.put(b, next);
    }
    return next == DEAD ? null : next;
  }

  private TextPosition compute(int b) {
    if (unfinished == Unfinished.NOTHING && b < 0x80) {
      return after(b);
    }
    int next = unfinished == Unfinished.NOTHING ? Unfinished.lead(b) : Unfinished.next(unfinished, b);
    if (next < 0) {
      return after(-1 - next);
    }
    if (next == Unfinished.NOTHING || !Unfinished.leadsOn(next, rest)) {
      return DEAD;
    }
    boolean alike = rest.afterAll(Unfinished.BEYOND_ASCII) != null;
    return of(table, rest, alike ? Unfinished.alike(next, false) : next);
  }

  private TextPosition after(int codePoint) {
    Language next = rest.after(codePoint);
    return next.isEmpty() ? DEAD : of(table, next, Unfinished.NOTHING);
  }

  @Override
  public boolean complete() {
    return unfinished == Unfinished.NOTHING && rest.acceptsEmpty;
  }

  @Override
  public byte[] completion() {
    if (unfinished == Unfinished.NOTHING) {
      return rest.shortest().getBytes(StandardCharsets.UTF_8);
    }
    int codePoint = Unfinished.example(unfinished, rest);
    byte[] first = Unfinished.finish(unfinished, codePoint);
    byte[] others = rest.after(codePoint).shortest().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(first, first.length + others.length);
    System.arraycopy(others, 0, all, first.length, others.length);
    return all;
  }

  /** What may still come behind the last whole character. */
  public Language rest() {
    return rest;
  }
}
