package dev.quipu.schemabench;

import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.mask.Masks;
import dev.quipu.mask.Position;
import dev.quipu.mask.TokenMask;
import java.nio.charset.StandardCharsets;

/** Offers documents to masks, a token at a time: each must be in the mask, and the end only where a document ends. */
final class Offering {

  /** What became of a document; at the byte where the first token that was not allowed begins, or the document ends. */
  record Result(Kind kind, int at) {

    boolean accepted() {
      return kind == Kind.ACCEPTED;
    }

    /** In words, with the text around the place. */
    String describe(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      String before = new String(bytes, Math.max(0, at - SHOWN), Math.min(at, SHOWN), StandardCharsets.UTF_8);
      String after = new String(bytes, at, Math.min(bytes.length - at, SHOWN), StandardCharsets.UTF_8);
      return switch (kind) {
        case ACCEPTED -> "accepted: " + (bytes.length > 4 * SHOWN ? before : text);
        case TOKEN_REFUSED -> "refused at byte " + at + ": " + before + " >>> " + after;
        case END_REFUSED -> "may not end at byte " + at + ": " + before;
        case END_TOO_EARLY -> "may end at byte " + at + ": " + before + " >>> " + after;
      };
    }
  }

  enum Kind {
    ACCEPTED,
    /** A token was not in the mask. */
    TOKEN_REFUSED,
    /** After the last token the document could not end. */
    END_REFUSED,
    /** The end was allowed where the text so far is no JSON. */
    END_TOO_EARLY
  }

  private static final int SHOWN = 60;

  private final Masks masks;
  private final byte[][] tokens;
  private final int end;

  /** @param end the token that ends a document */
  Offering(Masks masks, byte[][] tokens, int end) {
    this.masks = masks;
    this.tokens = tokens;
    this.end = end;
  }

  /** @param times receives how long each mask took; null: nobody wants to know */
  Result offer(Position start, String text, int[] ids, Durations times) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Position position = start;
    int at = 0;
    for (int id : ids) {
      TokenMask mask = mask(position, times);
      if (mask.allows(end) && !isJson(new String(bytes, 0, at, StandardCharsets.UTF_8))) {
        return new Result(Kind.END_TOO_EARLY, at);
      }
      position = mask.allows(id) ? masks.advance(position, id) : null;
      if (position == null) {
        return new Result(Kind.TOKEN_REFUSED, at);
      }
      at += tokens[id].length;
    }
    return new Result(mask(position, times).allows(end) ? Kind.ACCEPTED : Kind.END_REFUSED, at);
  }

  private TokenMask mask(Position position, Durations times) {
    long start = System.nanoTime();
    TokenMask mask = masks.mask(position);
    long nanos = System.nanoTime() - start;
    if (times != null) {
      times.add(nanos);
    }
    return mask;
  }

  /** Such as the 1 of 12, after which a document may end, too. */
  private static boolean isJson(String text) {
    try {
      Json.parse(text, "document");
      return true;
    } catch (QuipuException e) {
      return false;
    }
  }
}
