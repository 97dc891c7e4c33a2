package dev.quipu.cli;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Where the beginning of a JSON document ends: in a string, in a number, where a key is due.
 *
 * @param token what there is of the string, number or word that it ends in, or nothing
 */
record JsonPlace(byte[] token, boolean inString, boolean inNumber, boolean isKey, boolean keyIsDue) {

  /** @param beginning of a document that is right so far */
  static JsonPlace after(byte[] beginning) {
    return new Scan(beginning).place();
  }

  private static final class Scan {

    private final byte[] bytes;
    private final Deque<Byte> open = new ArrayDeque<>();
    private int at;
    private boolean keyIsDue;

    Scan(byte[] bytes) {
      this.bytes = bytes;
    }

    JsonPlace place() {
      while (at < bytes.length) {
        int start = at;
        byte b = bytes[at++];
        if (b == '"') {
          if (!passString()) {
            return in(start, true, false);
          }
          keyIsDue = false;
        } else if (b == '-' || Character.isLetterOrDigit(b)) {
          passWord();
          if (at == bytes.length) {
            return in(start, false, !Character.isLetter(b));
          }
        } else {
          sign(b);
        }
      }
      return new JsonPlace(new byte[0], false, false, false, keyIsDue);
    }

    private JsonPlace in(int start, boolean string, boolean number) {
      return new JsonPlace(Arrays.copyOfRange(bytes, start, at), string, number, string && keyIsDue, false);
    }

    private void sign(byte b) {
      switch (b) {
        case '{', '[' -> {
          open.push(b);
          keyIsDue = b == '{';
        }
        case '}', ']' -> {
          open.poll();
          keyIsDue = false;
        }
        case ',' -> keyIsDue = !open.isEmpty() && open.peek() == '{';
        default -> {}
      }
    }

    /** False if the document ends in it. */
    private boolean passString() {
      while (at < bytes.length) {
        byte b = bytes[at++];
        if (b == '"') {
          return true;
        }
        at = b == '\\' ? Math.min(at + 1, bytes.length) : at;
      }
      return false;
    }

    private void passWord() {
      while (at < bytes.length && (Character.isLetterOrDigit(bytes[at]) || "+-.".indexOf(bytes[at]) >= 0)) {
        at++;
      }
    }
  }
}
