package dev.quipu.text;

import dev.quipu.QuipuException;
import java.nio.charset.StandardCharsets;

/**
 * Byte-pair encoding of one word: characters (or bytes) become tokens, then pairs merge, the earliest-learned first.
 * Follows {@code BPE} of Hugging Face {@code tokenizers} 0.23. Thread-safe; knows no text around the word.
 */
final class Bpe {

  /**
   * The model's options.
   *
   * @param unknown      {@code unk_token}, or null: characters without a token are dropped
   * @param prefix       {@code continuing_subword_prefix}, before every character of a word but the first
   * @param suffix       {@code end_of_word_suffix}, after the last
   * @param fuseUnknown  neighbouring unknown characters become one unknown token
   * @param byteFallback a character without a token becomes the tokens {@code <0xNN>} of its bytes, if all exist
   * @param ignoreMerges a word that is a token is that token, whatever the merges say
   */
  record Options(String unknown, String prefix, String suffix, boolean fuseUnknown, boolean byteFallback,
                 boolean ignoreMerges) {
    boolean plain() {
      return prefix.isEmpty() && suffix.isEmpty();
    }
  }

  private static final int NO_TOKEN = -1;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final Vocabulary vocabulary;
  private final Merges merges;
  private final Options options;
  private final boolean byteLevel;
  /** The token of each byte's character; null unless all bytes have one and words are bytes. */
  private final int[] byteTokens;
  /** The tokens {@code <0x00>} to {@code <0xFF>}, -1 where absent; null without {@code byteFallback}. */
  private final int[] fallbackTokens;
  /** Null where words must be encoded whole. */
  private final Seams seams;
  private final WordCache cache = new WordCache();

  /**
   * @param byteLevel the words given are text whose UTF-8 bytes, as {@link ByteAlphabet} writes them, are to be encoded
   */
  Bpe(Vocabulary vocabulary, Merges merges, Options options, boolean byteLevel) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.options = options;
    this.byteLevel = byteLevel;
    this.byteTokens = byteLevel && options.plain() ? byteTokens(vocabulary) : null;
    this.fallbackTokens = options.byteFallback ? fallbackTokens(vocabulary) : null;
    // without a token for every byte, unknown characters vanish or fuse, and then both sides of a seam touch
    boolean apart = options.plain() && !byteLevel && fallbackTokens != null && isComplete(fallbackTokens);
    this.seams = apart ? Seams.of(vocabulary, merges, fallbackTokens) : null;
    merges.freeze();
  }

  /** What a call needs for itself. */
  MergeQueue newQueue() {
    return new MergeQueue(merges);
  }

  /** Appends the tokens of the word {@code text[start, end)}, which is not empty. */
  void encode(String text, int start, int end, MergeQueue queue, IntList out) {
    if (seams == null) {
      encodePart(text, start, end, options.ignoreMerges, queue, out);
      return;
    }
    int whole = options.ignoreMerges ? wholeWord(text, start, end) : NO_TOKEN;
    if (whole != NO_TOKEN) {
      out.add(whole);
      return;
    }
    for (int at = start; at < end; ) {
      int partEnd = seams.partEnd(text, at, end);
      encodePart(text, at, partEnd, false, queue, out);
      at = partEnd;
    }
  }

  private void encodePart(String text, int start, int end, boolean tryWhole, MergeQueue queue, IntList out) {
    boolean cached = end - start <= WordCache.MAX_LENGTH;
    if (cached && cache.take(text, start, end, out)) {
      return;
    }
    int from = out.size();
    int whole = tryWhole ? wholeWord(text, start, end) : NO_TOKEN;
    if (whole != NO_TOKEN) {
      out.add(whole);
    } else {
      merge(text.substring(start, end), queue, out);
    }
    if (cached) {
      cache.put(text, start, end, out, from);
    }
  }

  private int wholeWord(String text, int start, int end) {
    if (end - start > vocabulary.maxLength()) {
      return NO_TOKEN;
    }
    String word = text.substring(start, end);
    return vocabulary.id(byteLevel ? ByteAlphabet.write(word) : word);
  }

  private void merge(String word, MergeQueue queue, IntList out) {
    queue.clear();
    if (byteTokens != null) {
      for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
        queue.add(byteTokens[b & 0xFF]);
      }
    } else {
      addCharacters(byteLevel ? ByteAlphabet.write(word) : word, queue);
    }
    queue.mergeAll(!options.plain());
    out.addAll(queue.symbols(), queue.size());
  }

  /**
   * One token a character. Characters unknown are held back until a known one comes; bytes that stand in for a
   * character do not end the wait, as in the reference.
   */
  private void addCharacters(String word, MergeQueue queue) {
    int waiting = NO_TOKEN;
    int next;
    for (int i = 0; i < word.length(); i = next) {
      int c = word.codePointAt(i);
      next = i + Character.charCount(c);
      int token = token(c, i == 0, next == word.length());
      if (token != NO_TOKEN) {
        waiting = release(waiting, queue);
        queue.add(token);
      } else if (!addBytes(c, i == 0, next == word.length(), queue) && options.unknown != null) {
        waiting = options.fuseUnknown ? waiting : release(waiting, queue);
        waiting = waiting == NO_TOKEN ? unknownToken() : waiting;
      }
    }
    release(waiting, queue);
  }

  private static int release(int waiting, MergeQueue queue) {
    if (waiting != NO_TOKEN) {
      queue.add(waiting);
    }
    return NO_TOKEN;
  }

  private int token(int codePoint, boolean first, boolean last) {
    return options.plain() ? vocabulary.idOf(codePoint) : vocabulary.id(withAffixes(codePoint, first, last));
  }

  private String withAffixes(int codePoint, boolean first, boolean last) {
    return (first ? "" : options.prefix) + Character.toString(codePoint) + (last ? options.suffix : "");
  }

  private boolean addBytes(int codePoint, boolean first, boolean last, MergeQueue queue) {
    if (fallbackTokens == null) {
      return false;
    }
    byte[] utf8 = withAffixes(codePoint, first, last).getBytes(StandardCharsets.UTF_8);
    for (byte b : utf8) {
      if (fallbackTokens[b & 0xFF] < 0) {
        return false;
      }
    }
    for (byte b : utf8) {
      queue.add(fallbackTokens[b & 0xFF]);
    }
    return true;
  }

  private int unknownToken() {
    int id = vocabulary.id(options.unknown);
    if (id < 0) {
      throw new QuipuException("model.unk_token \"" + options.unknown + "\" is not in model.vocab,"
          + " and the text has a character without a token");
    }
    return id;
  }

  private static int[] byteTokens(Vocabulary vocabulary) {
    int[] tokens = new int[256];
    for (int b = 0; b < 256; b++) {
      tokens[b] = vocabulary.idOf(ByteAlphabet.charOf(b));
    }
    return isComplete(tokens) ? tokens : null;
  }

  private static int[] fallbackTokens(Vocabulary vocabulary) {
    int[] tokens = new int[256];
    for (int b = 0; b < 256; b++) {
      byte[] name = {'<', '0', 'x', HEX[b >>> 4], HEX[b & 15], '>'};
      tokens[b] = vocabulary.id(name, 0, name.length);
    }
    return tokens;
  }

  private static boolean isComplete(int[] byteTokens) {
    for (int token : byteTokens) {
      if (token < 0) {
        return false;
      }
    }
    return true;
  }
}
