package dev.quipu.text;

import dev.quipu.QuipuException;
import dev.quipu.config.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Text to ids and back, as a checkpoint's {@code tokenizer.json} says: added tokens are cut out, the rest is
 * normalized, cut into words and encoded word by word. The ids are those of Hugging Face {@code tokenizers} 0.23.3.
 * What the file says of truncation and padding is ignored, as transformers and mlx-lm reset both. Thread-safe. Knows no
 * chat template and no model.
 */
public final class Tokenizer {

  /** The parts of a {@code tokenizer.json}; normalizer and preTokenizer may be null. */
  record Parts(Vocabulary vocabulary, AddedTokens added, Normalizer normalizer, PreTokenizer preTokenizer, Bpe model,
               PostProcessor postProcessor, Decoder decoder) {}

  /** Characters of words for each of a text: a few pre-tokenizers that each double it would never end. */
  private static final int MAX_GROWTH = 64;

  private final Parts parts;
  private final int vocabSize;

  Tokenizer(Parts parts) {
    this.parts = parts;
    this.vocabSize = Math.max(parts.vocabulary.maxId(), parts.added.maxId()) + 1;
  }

  /**
   * @param tokenizerJson the bytes of a {@code tokenizer.json}; read to its end and closed
   * @param name          what the file is called in messages
   * @throws dev.quipu.QuipuException if the file is malformed, contradicts itself or asks for what is not supported
   */
  public static Tokenizer load(InputStream tokenizerJson, String name) {
    return TokenizerReader.read(tokenizerJson, name);
  }

  /**
   * Reads {@code tokenizer.json} in a checkpoint's folder.
   *
   * @throws dev.quipu.QuipuException as {@link #load(InputStream, String)}, and if the file is not there
   */
  public static Tokenizer load(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.exists(file)) {
      boolean sentencePiece = Files.exists(folder.resolve("tokenizer.model"));
      throw new QuipuException(file + " is missing" + (sentencePiece
          ? "; the folder has a tokenizer.model (SentencePiece), which is not read: save the tokenizer with"
              + " transformers as a fast tokenizer to get a tokenizer.json" : ""));
    }
    try {
      return load(Files.newInputStream(file), "tokenizer.json");
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The ids of a text. Half a surrogate pair counts as U+FFFD.
   *
   * @param addSpecialTokens whether to add what the file's post-processor adds, such as a token for the beginning; the
   *                         texts of special tokens within the text are recognized in either case
   */
  public int[] encode(String text, boolean addSpecialTokens) {
    var encoding = new Encoding(Utf8.wellFormed(text));
    return parts.postProcessor.apply(encoding.ids(), addSpecialTokens);
  }

  /** The text of ids, spaces as they are; ids without a token are passed over. */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    var decoder = new StreamDecoder(this, parts.decoder, skipSpecialTokens, false);
    for (int id : ids) {
      decoder.add(id);
    }
    return decoder.finish();
  }

  public StreamDecoder streamDecoder(boolean skipSpecialTokens) {
    return new StreamDecoder(this, parts.decoder, skipSpecialTokens, true);
  }

  /** The largest id, added tokens included, plus one. */
  public int vocabSize() {
    return vocabSize;
  }

  /** The token as the vocabulary writes it, or null where the ids have a hole. */
  public String token(int id) {
    String added = parts.added.content(id);
    return added != null ? added : parts.vocabulary.token(id);
  }

  public OptionalInt id(String token) {
    Integer added = parts.added.id(token);
    int id = added != null ? added : parts.vocabulary.id(token);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The bytes that a token stands for in the middle of a text; an added token stands for its text. Null for a hole. */
  public byte[] bytes(int id) {
    String added = parts.added.content(id);
    if (added != null) {
      return added.getBytes(StandardCharsets.UTF_8);
    }
    String token = parts.vocabulary.token(id);
    return token == null ? null : parts.decoder.bytes(token);
  }

  /** {@link #bytes} of all ids; null for special tokens, too, which stand for no text that anybody writes. */
  public byte[][] textBytes() {
    byte[][] all = new byte[vocabSize][];
    for (int id = 0; id < vocabSize; id++) {
      all[id] = isSpecial(id) ? null : bytes(id);
    }
    return all;
  }

  /** Whether decoding may skip the token. */
  public boolean isSpecial(int id) {
    String added = parts.added.decoded(id);
    return added != null && parts.added.isSpecial(added);
  }

  /** What the decoder gets for an id: null for a hole, and for a special token that is to be skipped. */
  String decoded(int id, boolean skipSpecialTokens) {
    String added = parts.added.decoded(id);
    String token = added != null ? added : parts.vocabulary.token(id);
    return token == null || skipSpecialTokens && parts.added.isSpecial(token) ? null : token;
  }

  /** One text on its way through the parts. */
  private final class Encoding implements AddedTokens.Sink, PreTokenizer.Sink {

    private final String text;
    private final IntList out = new IntList();
    private final MergeQueue queue = parts.model.newQueue();
    private long charactersLeft;

    Encoding(String text) {
      this.text = text;
      this.charactersLeft = Math.max(Normalizer.MAX_GROWN, (long) MAX_GROWTH * text.length());
    }

    int[] ids() {
      parts.added.cutRaw(text, this);
      return out.toArray();
    }

    @Override
    public void token(int id) {
      out.add(id);
    }

    /** A stretch of the input between added tokens. */
    @Override
    public void text(int start, int end) {
      int head = start == 0 ? Character.charCount(text.codePointAt(0)) : 0;
      if (parts.normalizer == null && !parts.added.hasNormalized()) {
        words(text, start, end, head);
      } else {
        normalized(new Normalizer.Text(text.substring(start, end), head));
      }
    }

    private void normalized(Normalizer.Text raw) {
      Normalizer.Text normal = parts.normalizer == null ? raw : parts.normalizer.apply(raw);
      parts.added.cutNormal(normal.string(), new AddedTokens.Sink() {
        @Override
        public void token(int id) {
          out.add(id);
        }

        @Override
        public void text(int start, int end) {
          words(normal.string(), start, end, Math.max(0, normal.head() - start));
        }
      });
    }

    private void words(String string, int start, int end, int head) {
      if (parts.preTokenizer == null) {
        accept(string, start, end, head);
      } else {
        parts.preTokenizer.cut(string, start, end, head, this);
      }
    }

    /** A word. */
    @Override
    public void accept(String string, int start, int end, int head) {
      charactersLeft -= end - start;
      if (charactersLeft < 0) {
        throw new QuipuException("the tokenizer makes words without measure of a text of " + text.length()
            + " characters: check the pre_tokenizer of tokenizer.json");
      }
      parts.model.encode(string, start, end, queue, out);
    }
  }
}
