package dev.quipu.text;

import dev.quipu.QuipuException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The model's tokens and their ids: one pool of UTF-8 bytes and one hash table of ints, because a vocabulary of
 * 262,144 strings must load within a second and in little memory. Knows no merges and no added tokens.
 */
final class Vocabulary {

  /** Tables are indexed by id; a larger id than this is an error in the file and not a large vocabulary. */
  static final int MAX_ID = 1 << 24;

  private byte[] pool = new byte[1 << 16];
  private int[] starts = new int[1 << 12];
  private int[] ids = new int[1 << 12];
  private int count;
  private int maxId = -1;
  private int maxLength;
  /** Entry + 1 by hash; 0 is free. */
  private int[] slots = new int[1 << 13];
  /** Entry by id, -1 for a hole; made by {@link #freeze}. */
  private int[] entries;
  /** Id by character of the basic plane, -1 for none; made by {@link #freeze}. */
  private int[] idOfChar;

  /** Adds {@code bytes[start, end)}; a token named twice keeps the later id. */
  void add(byte[] bytes, int start, int end, int id) {
    if (id > MAX_ID) {
      throw new QuipuException("model.vocab: the id " + id + " is larger than " + MAX_ID);
    }
    int slot = slot(bytes, start, end, hash(0, bytes, start, end));
    if (slots[slot] != 0) {
      ids[slots[slot] - 1] = id;
    } else {
      append(bytes, start, end, id);
      slots[slot] = count;
      if (count * 2 > slots.length) {
        grow();
      }
    }
    maxId = Math.max(maxId, id);
  }

  /** To be called when all tokens are there. */
  void freeze() {
    entries = new int[maxId + 1];
    Arrays.fill(entries, -1);
    idOfChar = new int[Character.MAX_VALUE + 1];
    Arrays.fill(idOfChar, -1);
    for (int entry = 0; entry < count; entry++) {
      entries[ids[entry]] = entry;
      int length = starts[entry + 1] - starts[entry];
      if (length > 0 && length <= 3 && Utf8.sequence(pool, starts[entry], starts[entry + 1]) == length) {
        idOfChar[new String(pool, starts[entry], length, StandardCharsets.UTF_8).charAt(0)] = ids[entry];
      }
    }
  }

  /** How many tokens there are; with holes among the ids, less than {@link #maxId()} + 1. */
  int size() {
    return count;
  }

  int maxId() {
    return maxId;
  }

  /** The bytes of the longest token. */
  int maxLength() {
    return maxLength;
  }

  boolean has(int id) {
    return id >= 0 && id < entries.length && entries[id] >= 0;
  }

  /** The token, or null for a hole. */
  String token(int id) {
    if (!has(id)) {
      return null;
    }
    int entry = entries[id];
    return new String(pool, starts[entry], starts[entry + 1] - starts[entry], StandardCharsets.UTF_8);
  }

  /** The id of a token, or -1. */
  int id(String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    return id(utf8, 0, utf8.length);
  }

  int id(byte[] bytes, int start, int end) {
    int entry = slots[slot(bytes, start, end, hash(0, bytes, start, end))] - 1;
    return entry < 0 ? -1 : ids[entry];
  }

  /** The id of a token of one character, or -1. */
  int idOf(int codePoint) {
    return codePoint < idOfChar.length ? idOfChar[codePoint] : id(Character.toString(codePoint));
  }

  /** The id of two tokens written one after the other, the second without its first {@code skip} bytes; or -1. */
  int idOfBoth(int left, int right, int skip) {
    int a = entries[left];
    int b = entries[right];
    int from = Math.min(starts[b] + skip, starts[b + 1]);
    int hash = hash(hash(0, pool, starts[a], starts[a + 1]), pool, from, starts[b + 1]);
    int aLength = starts[a + 1] - starts[a];
    int length = aLength + starts[b + 1] - from;
    for (int slot = first(hash); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
      int entry = slots[slot] - 1;
      int start = starts[entry];
      if (starts[entry + 1] - start == length
          && Arrays.equals(pool, start, start + aLength, pool, starts[a], starts[a + 1])
          && Arrays.equals(pool, start + aLength, start + length, pool, from, starts[b + 1])) {
        return ids[entry];
      }
    }
    return -1;
  }

  /** The first character of a token; 0 for the empty one. */
  int firstCodePoint(int id) {
    int entry = entries[id];
    return starts[entry] == starts[entry + 1] ? 0 : codePoint(starts[entry]);
  }

  /** The last character of a token; 0 for the empty one. */
  int lastCodePoint(int id) {
    int entry = entries[id];
    int at = starts[entry + 1] - 1;
    while (at > starts[entry] && (pool[at] & 0xC0) == 0x80) {
      at--;
    }
    return at < starts[entry] ? 0 : codePoint(at);
  }

  private int codePoint(int at) {
    int b = pool[at];
    if (b >= 0) {
      return b;
    }
    int second = pool[at + 1] & 0x3F;
    if ((b & 0x20) == 0) {
      return (b & 0x1F) << 6 | second;
    }
    int third = pool[at + 2] & 0x3F;
    return (b & 0x10) == 0 ? (b & 0x0F) << 12 | second << 6 | third
        : (b & 0x07) << 18 | second << 12 | third << 6 | pool[at + 3] & 0x3F;
  }

  private void append(byte[] bytes, int start, int end, int id) {
    int length = end - start;
    int used = starts[count];
    if (used + length > pool.length) {
      pool = Arrays.copyOf(pool, Math.max(used + length, pool.length * 2));
    }
    if (count + 2 > starts.length) {
      starts = Arrays.copyOf(starts, starts.length * 2);
      ids = Arrays.copyOf(ids, ids.length * 2);
    }
    System.arraycopy(bytes, start, pool, used, length);
    ids[count++] = id;
    starts[count] = used + length;
    maxLength = Math.max(maxLength, length);
  }

  private void grow() {
    slots = new int[slots.length * 2];
    for (int entry = 0; entry < count; entry++) {
      int slot = first(hash(0, pool, starts[entry], starts[entry + 1]));
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = entry + 1;
    }
  }

  /** The slot that holds the token, or the free one where it belongs. */
  private int slot(byte[] bytes, int start, int end, int hash) {
    int slot = first(hash);
    while (slots[slot] != 0) {
      int entry = slots[slot] - 1;
      if (Arrays.equals(pool, starts[entry], starts[entry + 1], bytes, start, end)) {
        break;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private int first(int hash) {
    return (hash * 0x9E3779B9 ^ hash >>> 15) & slots.length - 1;
  }

  private static int hash(int seed, byte[] bytes, int start, int end) {
    int hash = seed;
    for (int i = start; i < end; i++) {
      hash = (hash ^ bytes[i]) * 0x01000193 + (hash >>> 17);
    }
    return hash;
  }
}
