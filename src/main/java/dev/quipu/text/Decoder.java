package dev.quipu.text;

import dev.quipu.config.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Turns tokens into text, as one step of a chain. A step takes tokens in chunks, each token closed by
 * {@link Step#endToken}, and hands on what it is sure of: the same chain decodes a whole text and a stream. Follows the
 * decoders of Hugging Face {@code tokenizers} 0.23. Knows no ids.
 */
sealed interface Decoder {

  /** One step at work; belongs to one decoding. */
  interface Step {
    void text(String chunk);

    void endToken();

    /** No more tokens come. */
    void finish();
  }

  /**
   * @param streaming a stream cannot foresee that a later byte spoils the characters before it, and hands them on;
   *                  ByteFallback asks
   */
  Step step(Step next, boolean streaming);

  /** The bytes that a token stands for in the middle of a text. */
  default byte[] bytes(String token) {
    return text(token).getBytes(StandardCharsets.UTF_8);
  }

  /** The text that a token stands for in the middle of a text, where it is text. */
  default String text(String token) {
    return token;
  }

  /** Collects a token, which most steps must see whole. */
  abstract class WholeTokens implements Step {
    final Step next;
    private String token = "";

    WholeTokens(Step next) {
      this.next = next;
    }

    @Override
    public final void text(String chunk) {
      token = token.isEmpty() ? chunk : token.concat(chunk);
    }

    @Override
    public final void endToken() {
      String whole = token;
      token = "";
      token(whole);
    }

    @Override
    public void finish() {
      next.finish();
    }

    abstract void token(String whole);

    void pass(String whole) {
      next.text(whole);
      next.endToken();
    }
  }

  /** Bytes in GPT-2's alphabet become one text. */
  record ByteLevel() implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return new WholeTokens(next) {
        private byte[] held = new byte[64];
        private int length;
        private final StringBuilder text = new StringBuilder();

        @Override
        void token(String whole) {
          byte[] bytes = ByteAlphabet.read(whole);
          if (length + bytes.length > held.length) {
            held = Arrays.copyOf(held, 2 * (length + bytes.length));
          }
          System.arraycopy(bytes, 0, held, length, bytes.length);
          length += bytes.length;
          release(false);
        }

        @Override
        public void finish() {
          release(true);
          next.endToken();
          next.finish();
        }

        private void release(boolean isFinal) {
          int read = Utf8.append(held, length, isFinal, text);
          length -= read;
          System.arraycopy(held, read, held, 0, length);
          next.text(text.toString());
          text.setLength(0);
        }
      };
    }

    @Override
    public byte[] bytes(String token) {
      return ByteAlphabet.read(token);
    }

    @Override
    public String text(String token) {
      return new String(bytes(token), StandardCharsets.UTF_8);
    }
  }

  record Replace(Normalizer.Replace replace) implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return new WholeTokens(next) {
        @Override
        void token(String whole) {
          pass(replace.replace(whole));
        }
      };
    }

    @Override
    public String text(String token) {
      return replace.replace(token);
    }
  }

  /** A run of tokens {@code <0xNN>} becomes its text; a run that is no UTF-8 becomes one U+FFFD a byte. */
  record ByteFallback() implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return new WholeTokens(next) {
        private final ByteArrayOutputStream run = new ByteArrayOutputStream();
        private boolean spoiled;
        /** Text of the run has been handed on, and its token is not closed. */
        private boolean open;

        @Override
        void token(String whole) {
          int b = byteOf(whole);
          if (b < 0) {
            endRun();
            pass(whole);
          } else {
            run.write(b);
            if (streaming) {
              release();
            }
          }
        }

        @Override
        public void finish() {
          endRun();
          next.finish();
        }

        /** Hands on the characters that are complete; from the first wrong byte on, the run is spoiled. */
        private void release() {
          byte[] bytes = run.toByteArray();
          int length = spoiled ? -1 : Utf8.sequence(bytes, 0, bytes.length);
          if (length > 0) {
            next.text(run.toString(StandardCharsets.UTF_8));
            open = true;
            run.reset();
          } else if (length < 0) {
            spoiled = true;
            closeText();
            replaceAll(bytes.length);
          }
        }

        private void endRun() {
          if (run.size() == 0 && !open && !spoiled) {
            return;
          }
          byte[] bytes = run.toByteArray();
          if (!spoiled && bytes.length > 0 && Utf8.isValid(bytes, 0, bytes.length)) {
            pass(run.toString(StandardCharsets.UTF_8));
          } else {
            closeText();
            replaceAll(bytes.length);
          }
          run.reset();
          spoiled = false;
        }

        private void closeText() {
          if (open) {
            next.endToken();
          }
          open = false;
        }

        private void replaceAll(int bytes) {
          for (int i = 0; i < bytes; i++) {
            pass("\uFFFD");
          }
          run.reset();
        }
      };
    }

    @Override
    public byte[] bytes(String token) {
      int b = byteOf(token);
      return b < 0 ? Decoder.super.bytes(token) : new byte[] {(byte) b};
    }

    // Rust parses the two digits, and lets a plus sign stand for the first
    private static int byteOf(String token) {
      if (token.length() != 6 || !token.startsWith("<0x") || !token.endsWith(">")) {
        return -1;
      }
      int low = digit(token.charAt(4));
      int high = token.charAt(3) == '+' ? 0 : digit(token.charAt(3));
      return low < 0 || high < 0 ? -1 : high << 4 | low;
    }

    private static int digit(char c) {
      return c < 128 ? Character.digit(c, 16) : -1;
    }
  }

  /** All tokens become one. */
  record Fuse() implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return new Step() {
        @Override
        public void text(String chunk) {
          next.text(chunk);
        }

        @Override
        public void endToken() {}

        @Override
        public void finish() {
          next.endToken();
          next.finish();
        }
      };
    }
  }

  /** Removes up to so many of a character at the start and at the end of each token. */
  record Strip(int character, int start, int stop) implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return stop > 0 ? bothEnds(next) : startOnly(next);
    }

    // after Fuse the one token is the whole text, which must not wait for its end
    private Step startOnly(Step next) {
      return new Step() {
        private int removed;

        @Override
        public void text(String chunk) {
          int from = 0;
          while (removed < start && from < chunk.length() && chunk.codePointAt(from) == character) {
            from += Character.charCount(character);
            removed++;
          }
          removed = from < chunk.length() ? start : removed;
          next.text(chunk.substring(from));
        }

        @Override
        public void endToken() {
          removed = 0;
          next.endToken();
        }

        @Override
        public void finish() {
          next.finish();
        }
      };
    }

    private Step bothEnds(Step next) {
      return new WholeTokens(next) {
        @Override
        void token(String whole) {
          pass(stripped(whole));
        }
      };
    }

    private String stripped(String token) {
      int from = 0;
      int to = token.length();
      for (int i = 0; i < start && from < to && token.codePointAt(from) == character; i++) {
        from += Character.charCount(character);
      }
      for (int i = 0; i < stop && to > from && token.codePointBefore(to) == character; i++) {
        to -= Character.charCount(character);
      }
      return token.substring(from, to);
    }
  }

  /** The visible space becomes a space; in the first token it vanishes, unless none was put in front. */
  record Metaspace(String replacement, boolean prepended) implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return new WholeTokens(next) {
        private boolean first = prepended;

        @Override
        void token(String whole) {
          pass(whole.replace(replacement, first ? "" : " "));
          first = false;
        }
      };
    }

    @Override
    public String text(String token) {
      return token.replace(replacement, " ");
    }
  }

  /** The end-of-word suffix becomes a space, and nothing in the last token. */
  record Bpe(String suffix) implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return new WholeTokens(next) {
        private String held;

        @Override
        void token(String whole) {
          if (held != null) {
            pass(held.replace(suffix, " "));
          }
          held = whole;
        }

        @Override
        public void finish() {
          if (held != null) {
            pass(held.replace(suffix, ""));
          }
          next.finish();
        }
      };
    }

    @Override
    public String text(String token) {
      return token.replace(suffix, " ");
    }
  }

  /** What the reference does without a decoder: tokens with a space between. */
  record Spaced() implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      return new WholeTokens(next) {
        private boolean later;

        @Override
        void token(String whole) {
          pass(later ? " " + whole : whole);
          later = true;
        }
      };
    }
  }

  record Sequence(List<Decoder> parts) implements Decoder {
    @Override
    public Step step(Step next, boolean streaming) {
      Step first = next;
      for (int i = parts.size() - 1; i >= 0; i--) {
        first = parts.get(i).step(first, streaming);
      }
      return first;
    }

    @Override
    public byte[] bytes(String token) {
      String text = token;
      for (Decoder part : parts) {
        if (part instanceof ByteLevel || part instanceof ByteFallback && ByteFallback.byteOf(text) >= 0) {
          return part.bytes(text);
        }
        text = part.text(text);
      }
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
