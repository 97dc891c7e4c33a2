package dev.quipu.language;

import dev.quipu.mask.BeyondAscii;
import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Successors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The inside of a JSON string, between its quotes, as bytes: UTF-8, and escapes in any spelling, each meaning its
 * character; a character beyond the basic plane may be two \\u. A state is what may still come and what is written of
 * an unfinished character; every state can be completed.
 */
public final class StringLexeme extends Lexeme {

  static final StringLexeme DEAD = new StringLexeme(null, Language.NONE, Unfinished.NOTHING);

  private final StringLexemes table;
  private final Language rest;
  private final int unfinished;
  /** The states after bytes; null: not known yet; DEAD: none. */
  private Successors<StringLexeme> known;
  /** Of the characters of one byte: 1 if there is a state after it, −1 if there is none, 0: not known yet. */
  private byte[] allowed;

  StringLexeme(StringLexemes table, Language rest, int unfinished) {
    this.table = table;
    this.rest = rest;
    this.unfinished = unfinished;
  }

  /** What may still come behind the last whole character. */
  public Language rest() {
    return rest;
  }

  /** Whether the string may end here. */
  public boolean canClose() {
    return unfinished == Unfinished.NOTHING && rest.acceptsEmpty;
  }

  /** Whether it is between two characters. */
  public boolean betweenCharacters() {
    return unfinished == Unfinished.NOTHING;
  }

  @Override
  public boolean unrestricted() {
    return unfinished == Unfinished.NOTHING && rest.allowsEveryBeginning();
  }

  @Override
  public boolean isQuoted() {
    return true;
  }

  @Override
  public boolean endsBefore(int b) {
    return b == '"' && canClose();
  }

  @Override
  public StringLexeme after(BeyondAscii kind) {
    Language next = unfinished == Unfinished.NOTHING ? rest.afterAll(Unfinished.characters(kind)) : null;
    return next == null ? null : to(next);
  }

  /** Whether some character of a kind goes on. */
  public boolean mayGoOn(BeyondAscii kind) {
    return unfinished == Unfinished.NOTHING && rest.allows(Unfinished.characters(kind));
  }

  @Override
  public boolean hasManyWays() {
    return unfinished == Unfinished.NOTHING && rest.spreads();
  }

  @Override
  public boolean isEndless(int b) {
    return unfinished == Unfinished.NOTHING && b >= ' ' && b != '"' && b != '\\' && rest.endless().contains(b);
  }

  @Override
  public boolean isEndless(BeyondAscii kind) {
    return unfinished == Unfinished.NOTHING && rest.endless().containsAll(Unfinished.characters(kind));
  }

  @Override
  public int repeats() {
    return unfinished == Unfinished.NOTHING ? rest.repeats() : 0;
  }

  /** Bytes that complete the inside of the string from here, a shortest text. */
  public byte[] completion() {
    StringBuilder escaped = new StringBuilder();
    Language end = rest;
    byte[] first = {};
    if (unfinished != Unfinished.NOTHING) {
      int codePoint = Unfinished.example(unfinished, possible(unfinished));
      first = Unfinished.finish(unfinished, codePoint);
      end = rest.after(codePoint);
    }
    end.shortest().chars().forEach(c -> escape((char) c, escaped));
    byte[] others = escaped.toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(first, first.length + others.length);
    System.arraycopy(others, 0, all, first.length, others.length);
    return all;
  }

  private static void escape(char c, StringBuilder out) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (c < ' ') {
      out.append(String.format("\\u%04x", (int) c));
    } else {
      out.append(c);
    }
  }

  @Override
  public StringLexeme next(int b) {
    Successors<StringLexeme> all = known;
    if (all == null) {
      all = unfinished == Unfinished.NOTHING ? ascii() : new Successors<>();
      known = all;
    }
    StringLexeme next = all.get(b);
    if (next == null) {
      next = compute(b);
      all.put(b, next);
    }
    return next == DEAD ? null : next;
  }

  /** States of which there are many are not made for nothing. */
  @Override
  public boolean goesOn(int b) {
    int codePoint = rest.is(Language.SINGLY) ? lastOf(b) : -1;
    return codePoint < 0 ? next(b) != null : codePoint < 0x80 ? allowsAscii(b) : rest.allows(codePoint);
  }

  /** The character that a byte completes, as it stands; −1 if it completes none, or if it is known where it leads. */
  private int lastOf(int b) {
    if (unfinished == Unfinished.NOTHING) {
      return b < ' ' || b >= 0x80 || b == '"' || b == '\\' || known != null && known.get(b) != null ? -1 : b;
    }
    return Unfinished.isUtf8(unfinished) ? Math.max(-1, -1 - Unfinished.next(unfinished, b)) : -1;
  }

  private boolean allowsAscii(int b) {
    if (allowed == null) {
      allowed = new byte[0x80];
    }
    if (allowed[b] == 0) {
      allowed[b] = (byte) (rest.allows(b) ? 1 : -1);
    }
    return allowed[b] == 1;
  }

  /** Where characters of one byte lead: a mask asks for each of them. */
  private Successors<StringLexeme> ascii() {
    var all = new Successors<StringLexeme>();
    if (!rest.is(Language.SINGLY)) {
      all.fill(0, 0x7F, DEAD);
      Edges edges = rest.edges();
      for (int i = 0; i < edges.size(); i++) {
        if (edges.sets[i].first() < 0x80) {
          fill(all, edges.sets[i], to(edges.targets[i]));
        }
      }
    }
    all.fill(0, ' ' - 1, DEAD);
    all.put('"', DEAD);
    all.put('\\', null);
    return all;
  }

  private static void fill(Successors<StringLexeme> all, CodePointSet set, StringLexeme next) {
    for (int range = 0; range < set.ranges() && set.first(range) < 0x80; range++) {
      all.fill(set.first(range), Math.min(set.last(range), 0x7F), next);
    }
  }

  private StringLexeme compute(int b) {
    if (unfinished != Unfinished.NOTHING) {
      int next = Unfinished.next(unfinished, b);
      return next >= 0 ? unfinished(next) : mayBecome(-1 - next) ? after(-1 - next) : DEAD;
    }
    return b == '\\' ? unfinished(Unfinished.BACKSLASH) : b < 0x80 ? after(b) : unfinished(Unfinished.lead(b));
  }

  private StringLexeme after(int codePoint) {
    return to(rest.after(codePoint));
  }

  private StringLexeme to(Language next) {
    return next.isEmpty() ? DEAD : table.of(next, Unfinished.NOTHING);
  }

  /** What of the rest can still become of an unfinished character. */
  private Language possible(int state) {
    return Unfinished.isUtf8(state) ? rest : table.escapable(rest);
  }

  private boolean mayBecome(int codePoint) {
    return Unfinished.isUtf8(unfinished) || table.mayEscape(codePoint);
  }

  private StringLexeme unfinished(int state) {
    if (state == Unfinished.NOTHING || !Unfinished.leadsOn(state, possible(state))) {
      return DEAD;
    }
    boolean alike = Unfinished.isUtf8(state) && rest.afterAll(Unfinished.BEYOND_ASCII) != null;
    boolean any = rest == Language.ANY && !table.plain();
    return table.of(rest, alike || any ? Unfinished.alike(state, any) : state);
  }

  /** Gives back what is remembered of the states behind this one. */
  void forget() {
    known = null;
    allowed = null;
    rest.forget();
  }

  @Override
  public String toString() {
    return unfinished == Unfinished.NOTHING ? rest.toString() : rest + " in " + Integer.toHexString(unfinished);
  }
}
