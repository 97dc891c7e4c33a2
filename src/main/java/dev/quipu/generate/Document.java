package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.mask.Mark;
import dev.quipu.mask.Position;
import dev.quipu.mask.TokenMask;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The text that a {@link Constraint} demands, as far as it is written: which tokens may come, which must, and which
 * would complete it. Belongs to one generation and is used by the engine's thread alone.
 */
final class Document {

  private static final int MOST_FORCED = 1024; // bytes at a time
  private static final int[] NONE = {};

  private final Constraint constraint;
  private final Supplier<TextTokens> vocabulary;
  private final int[] ends;
  private Position position; // null: an end token was taken
  private int[] written = new int[64]; // tokens
  private int count; // of them

  /**
   * @param vocabulary asked for when it is needed, since it takes a while the first time
   * @param ends       the ids that end the text; they are that and no part of it
   */
  Document(Constraint constraint, Supplier<TextTokens> vocabulary, Set<Integer> ends) {
    this.constraint = constraint;
    this.vocabulary = vocabulary;
    this.ends = ends.stream().mapToInt(id -> id).toArray();
    this.position = constraint.start();
  }

  /** Where it stands now. */
  Position position() {
    return position;
  }

  /**
   * Makes all tokens impossible that may not follow.
   *
   * @return whether there is a token left
   */
  boolean mask(Position position, float[] logits, int offset, int vocabularySize) {
    float[] saved = new float[ends.length];
    for (int i = 0; i < ends.length; i++) {
      boolean possible = position.complete() && ends[i] < vocabularySize || isMark(position, ends[i]);
      saved[i] = possible ? logits[offset + ends[i]] : Float.NEGATIVE_INFINITY;
    }
    TokenMask mask = vocabulary.get().masks().mask(position);
    mask.apply(logits, offset, vocabularySize);
    boolean any = false;
    for (int i = 0; i < ends.length; i++) {
      if (ends[i] < vocabularySize) {
        logits[offset + ends[i]] = saved[i];
        any |= saved[i] != Float.NEGATIVE_INFINITY;
      }
    }
    for (int id = mask.next(0); !any && id >= 0 && id < vocabularySize; id = mask.next(id + 1)) {
      any = logits[offset + id] != Float.NEGATIVE_INFINITY;
    }
    return any;
  }

  /** The position after a token; null after one that ends the text, and where it may not follow. */
  Position after(Position position, int token) {
    return isEnd(token) && !isMark(position, token) ? null : vocabulary.get().masks().advance(position, token);
  }

  /** Whether an end token is one that the text has to have at its end. */
  private boolean isMark(Position position, int token) {
    return constraint.marks() && vocabulary.get().isMark(token)
        && vocabulary.get().masks().advance(position, token) != null;
  }

  private boolean isEnd(int token) {
    return Arrays.stream(ends).anyMatch(id -> id == token);
  }

  /** A token is written. */
  void take(int token) {
    Position after = after(position, token);
    if (after == null && !(isEnd(token) && position.complete())) {
      throw new QuipuException("token " + token + " was chosen, which the constraint does not allow");
    }
    position = after;
    if (count == written.length) {
      written = Arrays.copyOf(written, 2 * count);
    }
    written[count++] = token;
  }

  /** Whether the text is one that the constraint accepts. */
  boolean complete() {
    return position == null || position.complete();
  }

  /** Whether it is, and nothing may follow. */
  boolean over() {
    return position == null || position.complete() && !mayGoOn(position);
  }

  private static boolean mayGoOn(Position position) {
    for (int b = 0; b < 256; b++) {
      if (position.next(b) != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text is one that the constraint accepts. */
  boolean accepts(String text) {
    Position at = constraint.start();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      at = at == null ? null : at.next(b & 255);
    }
    return at != null && at.complete();
  }

  /** The tokens that must follow and are taken as such, at most {@code left} of them. */
  int[] forced(int left) {
    if (!constraint.forcedTokens() || position == null) {
      return NONE;
    }
    byte[] bytes = forcedBytes();
    Position after = position;
    for (byte b : bytes) {
      after = after.next(b & 255);
    }
    int[] ids = bytes.length == 0 ? NONE : vocabulary.get().certain(written, count, bytes, after);
    return constraint.finish() && !canBeFinishedAfter(ids, left) ? NONE
        : Arrays.copyOf(ids, Math.min(ids.length, left));
  }

  private boolean canBeFinishedAfter(int[] ids, int left) {
    Position after = position;
    for (int id : ids) {
      after = after(after, id);
    }
    int[] then = Arrays.copyOf(written, count + ids.length);
    System.arraycopy(ids, 0, then, count, ids.length);
    return ids.length <= left && isEnoughAfter(after, then, left - ids.length);
  }

  /** Up to where there is more than one way, or the end; whole characters. */
  private byte[] forcedBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int whole = 0; // bytes of whole characters
    int open = 0; // bytes that the last character lacks
    Position at = position;
    for (int b = onlyByte(at); b >= 0 && b != (Mark.LEAD & 255) && bytes.size() < MOST_FORCED;
        b = onlyByte(at)) {
      at = at.next(b);
      bytes.write(b);
      open = b < 0x80 ? 0 : b < 0xC0 ? open - 1 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
      whole = open <= 0 ? bytes.size() : whole;
    }
    return Arrays.copyOf(bytes.toByteArray(), whole);
  }

  /** The byte that must follow, or -1. Letters first: where the text is free, two of them are soon found. */
  private static int onlyByte(Position position) {
    int only = -1;
    if (!position.complete()) {
      for (int i = 0; i < 256; i++) {
        int b = i + ' ' & 255;
        if (position.next(b) != null) {
          if (only >= 0) {
            return -1;
          }
          only = b;
        }
      }
    }
    return only;
  }

  /**
   * Before the first token.
   *
   * @param left how many there may be
   * @throws InvalidRequestException if the text is to be finished, and that is not enough for the shortest
   */
  void begin(int left) {
    if (constraint.finish()) {
      int[] shortest = completion(position, written, 0);
      if (shortest == null) {
        throw new InvalidRequestException("finish_json", "cannot be: no short text is known that the constraint accepts");
      }
      if (shortest.length > left) {
        throw new InvalidRequestException("max_tokens", "must be at least " + shortest.length + " (and the context as"
            + " much longer than the prompt) for the shortest text that the constraint accepts, but there is room for "
            + left);
      }
    }
  }

  /**
   * The tokens that complete the text from here, if it is to be finished and could not be any more after the token
   * that was chosen; else null.
   *
   * @param left how many tokens there may still be
   */
  int[] closing(int token, int left) {
    Position after = constraint.finish() && left < Integer.MAX_VALUE ? after(position, token) : null;
    if (after == null) {
      return null;
    }
    int[] then = Arrays.copyOf(written, count + 1);
    then[count] = token;
    return isEnoughAfter(after, then, left - 1) ? null : completion(position, written, count);
  }

  private boolean isEnoughAfter(Position after, int[] then, int left) {
    byte[] bytes = Completion.of(after);
    return bytes != null && (bytes.length <= left || isEnough(vocabulary.get().spell(then, then.length, bytes), left));
  }

  private static boolean isEnough(int[] ids, int left) {
    return ids != null && ids.length <= left;
  }

  private int[] completion(Position position, int[] written, int count) {
    byte[] bytes = Completion.of(position);
    return bytes == null ? null : vocabulary.get().spell(written, count, bytes);
  }
}
