package dev.quipu.schemabench;

import dev.quipu.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** The ways in which a vocabulary's tokens spell a text: the tokenizer's own, and any other. */
final class Tokenizations {

  private final Tokenizer tokenizer;
  private final byte[][] tokens;
  /** The ids of those that stand for a text, by their bytes. */
  private final int[] sorted;

  /** @param tokens the bytes of each id; null for what is no text, as special tokens and holes are */
  Tokenizations(Tokenizer tokenizer, byte[][] tokens) {
    this.tokenizer = tokenizer;
    this.tokens = tokens;
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] != null && tokens[id].length > 0) {
        ids.add(id);
      }
    }
    ids.sort(Comparator.comparing(id -> tokens[id], Arrays::compareUnsigned));
    this.sorted = ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * The tokenizer's own ids. Where it sees special tokens in the text, or other bytes than the text's, the longest
   * tokens are taken from left to right instead.
   */
  int[] own(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = tokenizer.encode(text, false);
    return spells(ids, bytes) ? ids : other(bytes, null);
  }

  private boolean spells(int[] ids, byte[] bytes) {
    int at = 0;
    for (int id : ids) {
      byte[] token = tokens[id];
      if (token == null || at + token.length > bytes.length
          || !Arrays.equals(bytes, at, at + token.length, token, 0, token.length)) {
        return false;
      }
      at += token.length;
    }
    return at == bytes.length;
  }

  /** Other ids with the same bytes, by chance; a text that no tokens spell is a mistake of the caller. */
  int[] other(String text, SplittableRandom random) {
    return other(text.getBytes(StandardCharsets.UTF_8), random);
  }

  /** @param random which of the tokens to go on with; null: the longest */
  private int[] other(byte[] bytes, SplittableRandom random) {
    List<int[]> candidates = candidates(bytes);
    List<Integer> ids = new ArrayList<>();
    for (int at = 0; at < bytes.length;) {
      int[] here = candidates.get(at);
      int id = random == null ? here[here.length - 1] : here[random.nextInt(here.length)];
      ids.add(id);
      at += tokens[id].length;
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** At each byte the tokens, short ones first, from which on the rest can be spelled, too. */
  private List<int[]> candidates(byte[] bytes) {
    int[][] candidates = new int[bytes.length][];
    for (int at = bytes.length - 1; at >= 0; at--) {
      candidates[at] = matching(bytes, at, candidates);
    }
    if (bytes.length > 0 && candidates[0].length == 0) {
      throw new IllegalArgumentException("the vocabulary has no tokens for " + new String(bytes, StandardCharsets.UTF_8));
    }
    return Arrays.asList(candidates);
  }

  private int[] matching(byte[] bytes, int at, int[][] candidates) {
    int[] found = new int[8];
    int count = 0;
    int low = 0;
    int high = sorted.length;
    for (int end = at + 1; end <= bytes.length && low < high; end++) {
      low = bound(low, high, end - at - 1, bytes[end - 1] & 255);
      high = bound(low, high, end - at - 1, (bytes[end - 1] & 255) + 1);
      boolean goesOn = end == bytes.length || candidates[end].length > 0;
      for (int i = low; i < high && tokens[sorted[i]].length == end - at; i++) {
        if (goesOn) {
          found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
          found[count++] = sorted[i];
        }
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Among {@code sorted[low, high)}, which are alike before a place, the first that has at least this byte there. */
  private int bound(int low, int high, int place, int least) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      byte[] token = tokens[sorted[middle]];
      boolean below = token.length <= place || (token[place] & 255) < least;
      from = below ? middle + 1 : from;
      to = below ? to : middle;
    }
    return from;
  }
}
