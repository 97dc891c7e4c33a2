package dev.quipu.language;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A regular language: a set of texts, as an expression that is closed under and, or and not. After a character comes
 * the language of what may follow, its derivative, which is again such an expression; so an expression is the state of
 * an automaton that is built as far as it is walked. Expressions are kept in a normal form, so that there are finitely
 * many of them, and few. Immutable but for what is remembered; equal if the expressions are.
 */
public abstract sealed class Language
    permits Chars, Empty, Sequence, Choice, Intersection, Complement, Repetition, Texts, Behind, Ahead, Scope,
    Automaton {

  /** No limit of a length or of a number of repetitions. */
  static final int INFINITE = Integer.MAX_VALUE;

  /** Not a single text. */
  public static final Language NONE = new Chars(CodePointSet.NONE);
  /** Only the text without characters. */
  public static final Language EMPTY = new Empty();
  /** Any one character. */
  public static final Language ANY_CHAR = new Chars(CodePointSet.ALL);
  /** Every text. */
  public static final Language ANY = new Repetition(ANY_CHAR, 0, INFINITE);

  /** Far from what overflows a stack of half a megabyte. */
  private static final int HEIGHT_LIMIT = 500;

  /** What was not built of and, not or a look around: there is always a text in it, and its lengths are exact. */
  static final int PLAIN = 1;
  /** Asks for what stands before, so it changes while characters that come before it are read. */
  static final int BEHIND = 2;
  /** Asks for what comes after the whole of it, so it must not be followed by anything. */
  static final int AHEAD = 4;
  /** Has many kinds of characters, so that it is asked for single ones rather than for all. */
  static final int SINGLY = 8;
  /** Counts, up to a limit, what a limit of the length may leave no room for: rounds of more than a character, say. */
  static final int ROUNDS = 16;

  final int hash;
  final int flags;
  /** How deeply expressions are nested; what stands in a row does not count. */
  final int height;
  /** No text is shorter. */
  final int minLength;
  /** No text is longer; {@link #INFINITE}: perhaps there are always longer ones. */
  final int maxLength;
  final boolean acceptsEmpty;
  /** 0: not known yet; 1: there is a text; 2: there is none. */
  private int emptiness;
  private Edges edges;

  Language(int hash, int flags, int height, long minLength, long maxLength, boolean acceptsEmpty) {
    if (height > HEIGHT_LIMIT) {
      throw new TooComplex("a text is described with more than " + HEIGHT_LIMIT + " levels of nesting");
    }
    if (minLength >= INFINITE) {
      throw new TooComplex("every text has more than " + INFINITE + " characters");
    }
    this.hash = hash;
    this.flags = flags;
    this.height = height;
    this.minLength = (int) Math.min(minLength, INFINITE);
    this.maxLength = (int) Math.min(maxLength, INFINITE);
    this.acceptsEmpty = acceptsEmpty;
  }

  /** Only this text; none if it has half of a surrogate pair, which no UTF-8 can say. */
  public static Language text(String text) {
    int[] codePoints = text.codePoints().toArray();
    Language rest = EMPTY;
    for (int i = codePoints.length - 1; i >= 0; i--) {
      rest = sequence(chars(CodePointSet.of(codePoints[i]).and(CodePointSet.ALL)), rest);
    }
    return rest;
  }

  /** Each of these texts, of which there may be many thousands. */
  public static Language texts(Collection<String> texts) {
    return Texts.of(texts);
  }

  public static Language chars(CodePointSet set) {
    return set.isEmpty() ? NONE : set.equals(CodePointSet.ALL) ? ANY_CHAR : Interned.of(new Chars(set));
  }

  /** Texts of so many characters; without a limit if max is −1. */
  public static Language lengths(int min, int max) {
    return repetition(ANY_CHAR, Math.max(0, min), max < 0 ? INFINITE : max);
  }

  public static Language anyOf(Collection<Language> languages) {
    return Choice.of(languages);
  }

  public static Language allOf(Collection<Language> languages) {
    return Intersection.of(languages);
  }

  /** A text of this, then one of the other. */
  public Language then(Language next) {
    return sequence(Scope.of(this), Scope.of(next));
  }

  public Language or(Language other) {
    return Choice.of(List.of(this, other));
  }

  public Language and(Language other) {
    return Intersection.of(List.of(this, other));
  }

  /** Every text that is not in this. */
  public Language not() {
    return Complement.of(this);
  }

  /** From min to max texts of this, one after the other; without a limit if max is −1. */
  public Language repeat(int min, int max) {
    return repetition(Scope.of(this), Math.max(0, min), max < 0 ? INFINITE : max);
  }

  static Language sequence(Language first, Language next) {
    return Sequence.of(first, next);
  }

  static Language repetition(Language body, int min, int max) {
    return Repetition.of(body, min, max);
  }

  public boolean acceptsEmpty() {
    return acceptsEmpty;
  }

  /** What may follow a character; {@link #NONE} if nothing, though what follows may be empty without being NONE. */
  public Language after(int codePoint) {
    return edges == null && is(SINGLY) ? derive(codePoint) : edges().target(codePoint);
  }

  public boolean accepts(String text) {
    Language rest = this;
    for (int i = 0; i < text.length() && rest != NONE; i += Character.charCount(text.codePointAt(i))) {
      rest = rest.after(text.codePointAt(i));
    }
    return rest.acceptsEmpty;
  }

  /** Whether there is no text in it: exact, or refused. */
  public boolean isEmpty() {
    if (emptiness == 0) {
      mark(Exploration.isEmpty(this));
    }
    return emptiness == 2;
  }

  /** Remembers whether there is a text. */
  final void mark(boolean empty) {
    emptiness = empty ? 2 : 1;
  }

  /** 0: not known yet; 1: there is a text; 2: there is none. */
  final int emptiness() {
    return emptiness;
  }

  /** Whether it is easily seen that every text is the beginning of one that is in it. */
  boolean allowsEveryBeginning() {
    return false;
  }

  /** What may follow each of some characters, if it is the same for all of them; null if not, or if nothing may. */
  final Language afterAll(CodePointSet characters) {
    if (spreads()) {
      return null;
    }
    Edges all = edges();
    for (int i = 0; i < all.size(); i++) {
      if (all.sets[i].contains(characters.first())) {
        return all.sets[i].containsAll(characters) && !all.isSpread(i) && !all.targets[i].isEmpty()
            ? all.targets[i] : null;
      }
    }
    return null;
  }

  /** Whether there is a text that begins with a character. */
  boolean allows(int codePoint) {
    return !after(codePoint).isEmpty();
  }

  /** Whether some of these characters goes on. */
  final boolean allows(CodePointSet characters) {
    Edges all = edges();
    for (int i = 0; i < all.size(); i++) {
      if (!all.sets[i].and(characters).isEmpty() && !all.targets[i].isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Whether nearly every character leads to another language. */
  boolean spreads() {
    return false;
  }

  /** Characters of which any number in any order goes on; none if it is not easily seen. */
  CodePointSet endless() {
    return CodePointSet.NONE;
  }

  /** For how many characters the same ones go on as at first, and none after so many; 0 if it is not known. */
  int repeats() {
    return 0;
  }

  /** How many texts, up to a limit. */
  public long count(long limit) {
    return Exploration.count(this, limit);
  }

  /** A shortest text; null if there is none. */
  public String shortest() {
    return isEmpty() ? null : Shortest.of(this);
  }

  final boolean is(int flag) {
    return (flags & flag) != 0;
  }

  /** Where each character leads. */
  final Edges edges() {
    Edges known = edges;
    if (known == null) {
      known = Edges.of(this);
      edges = known;
    }
    return known;
  }

  /** Gives back what is remembered of the states behind this one. */
  final void forget() {
    edges = null;
  }

  /** The derivative, computed. */
  abstract Language derive(int codePoint);

  /** Splits characters that lead to different languages. */
  abstract void split(Partition partition);

  /** A language with the same texts of at most so many characters, in which fewer rounds are counted. */
  final Language within(int longest) {
    Language within = minLength > longest ? NONE : is(ROUNDS) && maxLength > longest ? withFewerRounds(longest) : this;
    return within.equals(this) ? this : within;
  }

  /** The same for texts of at most so many characters, of which there may be some. */
  Language withFewerRounds(int longest) {
    return this;
  }

  /** How much work one derivative is, roughly. */
  int work() {
    return 1;
  }

  /** This after a character that came before its place: only what looks behind changes. */
  Language shift(int codePoint) {
    return this;
  }

  /** Splits characters after which this, further on, asks differently for what stands before it. */
  void splitShifts(Partition partition) {}

  /** This, followed by all the rest of a text: what looks ahead is applied to that. */
  Language before(Language rest) {
    return sequence(this, rest);
  }

  /** A hash of two hashes and a kind, well mixed. */
  static int hash(int kind, int a, int b) {
    int hash = (a * 0x9E3779B1 ^ b) * 0x85EBCA6B + kind;
    hash = (hash ^ hash >>> 15) * 0xC2B2AE35;
    return hash ^ hash >>> 16;
  }

  static List<Language> listOf(Language... languages) {
    return new ArrayList<>(List.of(languages));
  }

  @Override
  public final int hashCode() {
    return hash;
  }

  /** Whether two expressions are equal, the hashes of which are. */
  abstract boolean same(Language other);

  @Override
  public final boolean equals(Object other) {
    return this == other || other instanceof Language language && hash == language.hash && same(language);
  }

  /** A product that keeps to the limits. */
  static long times(long length, long times) {
    return length == 0 || times == 0 ? 0 : length == INFINITE || times == INFINITE ? INFINITE
        : Math.min(INFINITE, length * times);
  }

  static int flagsOf(Language... parts) {
    int all = PLAIN;
    int any = 0;
    for (Language part : parts) {
      all &= part.flags;
      any |= part.flags;
    }
    return all | any & (BEHIND | AHEAD | SINGLY | ROUNDS);
  }

  static int heightOf(Language... parts) {
    int height = 0;
    for (Language part : parts) {
      height = Math.max(height, part.height);
    }
    return height + 1;
  }

  static boolean sameParts(Language[] a, Language[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (a[i] != b[i] && !a[i].equals(b[i])) {
        return false;
      }
    }
    return true;
  }
}
