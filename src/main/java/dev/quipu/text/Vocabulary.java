package dev.quipu.text;

import dev.quipu.config.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The model's tokens and their ids: one pool of UTF-8 bytes and one hash table of primitives, because a vocabulary of
 * 262,144 strings must load within a second and in little memory. Knows no merges and no added tokens.
 */
final class Vocabulary {

  /** Tables are indexed by id; a larger id than this is an error in the file and not a large vocabulary. */
  static final int MAX_ID = (1 << 22) - 1;

  /** The bytes of all tokens. The first byte is nobody's, so that no token ends at 0. */
  private byte[] pool = new byte[1 << 16];
  private int used = 1;
  /** By id: where the token stands in the pool; it ends at 0 where there is none. */
  private int[] starts = new int[1 << 12];
  private int[] ends = new int[1 << 12];
  /** By id, until {@link #freeze}. */
  private int[] hashes = new int[1 << 12];
  private int size;
  private int maxId = -1;
  private int maxLength;
  /** Hash above, id + 1 below; 0 is free. Made by {@link #freeze}. */
  private long[] slots;
  /** Id + 1 by character of the basic plane, 0 for none. Made by {@link #freeze}. */
  private int[] idOfChar;

  /**
   * Adds {@code bytes[start, end)} with an id up to {@link #MAX_ID}; a token named twice keeps the later id. False, and
   * nothing is added, if the id is that of another token.
   */
  boolean add(byte[] bytes, int start, int end, int id) {
    if (has(id)) {
      return Arrays.equals(pool, starts[id], ends[id], bytes, start, end);
    }
    reserve(id, end - start);
    System.arraycopy(bytes, start, pool, used, end - start);
    starts[id] = used;
    used += end - start;
    ends[id] = used;
    hashes[id] = hash(0, bytes, start, end);
    size++;
    maxId = Math.max(maxId, id);
    maxLength = Math.max(maxLength, end - start);
    return true;
  }

  private void reserve(int id, int length) {
    if (used + length > pool.length) {
      pool = Arrays.copyOf(pool, Math.max(used + length, pool.length * 2));
    }
    if (id >= starts.length) {
      int ids = Math.max(id + 1, starts.length * 2);
      starts = Arrays.copyOf(starts, ids);
      ends = Arrays.copyOf(ends, ids);
      hashes = Arrays.copyOf(hashes, ids);
    }
  }

  /** To be called when all tokens are there, and before any is asked for. */
  void freeze() {
    slots = new long[Math.max(2, Integer.highestOneBit(2 * size - 1) << 1)]; // at most half full
    idOfChar = new int[Character.MAX_VALUE + 1];
    for (int id = 0; id <= maxId; id++) {
      if (ends[id] != 0) {
        insert(id);
      }
    }
    hashes = null;
    for (int id = 0; id <= maxId; id++) {
      indexCharacter(id);
    }
    while (maxId >= 0 && ends[maxId] == 0) {
      maxId--;
    }
  }

  // methods, because the JIT takes up one that is called often long before it takes up a loop that runs once

  private void indexCharacter(int id) {
    int length = ends[id] - starts[id];
    if (length > 0 && length <= 3 && length == utf8Length(pool[starts[id]])) {
      idOfChar[codePoint(starts[id])] = id + 1;
    }
  }

  private void insert(int id) {
    int slot = first(hashes[id]);
    for (; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
      int other = (int) slots[slot] - 1;
      if ((int) (slots[slot] >>> 32) == hashes[id] && is(other, pool, starts[id], ends[id])) {
        boolean later = starts[id] > starts[other];
        remove(later ? other : id);
        id = later ? id : other;
        break;
      }
    }
    slots[slot] = (long) hashes[id] << 32 | id + 1;
  }

  private void remove(int id) {
    starts[id] = 0;
    ends[id] = 0;
    size--;
  }

  /** How many tokens there are; with holes among the ids, less than {@link #maxId()} + 1. */
  int size() {
    return size;
  }

  int maxId() {
    return maxId;
  }

  /** The bytes of the longest token. */
  int maxLength() {
    return maxLength;
  }

  boolean has(int id) {
    return id >= 0 && id <= maxId && ends[id] != 0;
  }

  /** The token, or null for a hole. */
  String token(int id) {
    return has(id) ? new String(pool, starts[id], ends[id] - starts[id], StandardCharsets.UTF_8) : null;
  }

  /** The id of a token, or -1. */
  int id(String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    return id(utf8, 0, utf8.length);
  }

  /** The id of {@code bytes[start, end)}, or -1. */
  int id(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length > 0 && length <= 3 && length == utf8Length(bytes[start])) {
      int id = idOfChar[Utf8.codePoint(bytes, start, length)] - 1;
      if (id >= 0 && is(id, bytes, start, end)) { // else no UTF-8, or no such token
        return id;
      }
    }
    int hash = hash(0, bytes, start, end);
    long entry;
    for (int slot = first(hash); (entry = slots[slot]) != 0; slot = slot + 1 & slots.length - 1) {
      if ((int) (entry >>> 32) == hash && is((int) entry - 1, bytes, start, end)) {
        return (int) entry - 1;
      }
    }
    return -1;
  }

  private boolean is(int id, byte[] bytes, int start, int end) {
    return Arrays.equals(pool, starts[id], ends[id], bytes, start, end);
  }

  /** The id of a token of one character, or -1. */
  int idOf(int codePoint) {
    return codePoint < idOfChar.length ? idOfChar[codePoint] - 1 : id(Character.toString(codePoint));
  }

  /**
   * The id of two tokens written one after the other, the second without its first {@code skip} bytes; or -1. It is
   * looked for at {@code guess} and at the id after it first.
   */
  int idOfBoth(int left, int right, int skip, int guess) {
    int from = Math.min(starts[right] + skip, ends[right]);
    if (isBoth(guess, left, right, from)) {
      return guess;
    }
    if (isBoth(guess + 1, left, right, from)) {
      return guess + 1;
    }
    int hash = hash(hash(0, pool, starts[left], ends[left]), pool, from, ends[right]);
    long entry;
    for (int slot = first(hash); (entry = slots[slot]) != 0; slot = slot + 1 & slots.length - 1) {
      if ((int) (entry >>> 32) == hash && isBoth((int) entry - 1, left, right, from)) {
        return (int) entry - 1;
      }
    }
    return -1;
  }

  /** Whether the token is {@code left}, and then {@code right} from {@code from} in the pool on. */
  private boolean isBoth(int id, int left, int right, int from) {
    int leftLength = ends[left] - starts[left];
    if (!has(id) || ends[id] - starts[id] != leftLength + ends[right] - from) {
      return false;
    }
    int seam = starts[id] + leftLength;
    return Arrays.equals(pool, starts[id], seam, pool, starts[left], ends[left])
        && Arrays.equals(pool, seam, ends[id], pool, from, ends[right]);
  }

  /** The first character of a token; 0 for a hole and the empty token. */
  int firstCodePoint(int id) {
    return starts[id] == ends[id] ? 0 : codePoint(starts[id]);
  }

  /** The last character of a token; 0 for a hole and the empty token. */
  int lastCodePoint(int id) {
    int at = ends[id] - 1;
    while (at > starts[id] && (pool[at] & 0xC0) == 0x80) {
      at--;
    }
    return starts[id] == ends[id] ? 0 : codePoint(at);
  }

  private int codePoint(int at) {
    return Utf8.codePoint(pool, at, utf8Length(pool[at]));
  }

  private static int utf8Length(byte lead) {
    return lead >= 0 ? 1 : lead < (byte) 0xE0 ? 2 : lead < (byte) 0xF0 ? 3 : 4;
  }

  private static int hash(int before, byte[] bytes, int start, int end) {
    int hash = before;
    for (int i = start; i < end; i++) {
      hash = (hash + bytes[i]) * 0x9E3779B1;
    }
    return hash;
  }

  private int first(int hash) {
    return (hash ^ hash >>> 15) & slots.length - 1;
  }
}
