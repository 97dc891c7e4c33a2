package dev.quipu.text;

/**
 * Decodes ids as they come. Each {@link #push} returns the text that has become certain: never half a character, never
 * anything that a later id takes back. All segments together are what {@link Tokenizer#decode} makes of all ids, except
 * that a run of byte tokens which turns out not to be UTF-8 keeps the complete characters that were already given out.
 * Belongs to one stream.
 */
public final class StreamDecoder {

  private final Tokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private final StringBuilder text = new StringBuilder();
  private final Decoder.Step chain;
  private boolean finished;

  StreamDecoder(Tokenizer tokenizer, Decoder decoder, boolean skipSpecialTokens, boolean streaming) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
    this.chain = decoder.step(new Decoder.Step() {
      @Override
      public void text(String chunk) {
        text.append(chunk);
      }

      @Override
      public void endToken() {}

      @Override
      public void finish() {}
    }, streaming);
  }

  /** The text that this id completes, often empty; an id without a token is passed over. */
  public String push(int id) {
    if (finished) {
      throw new IllegalStateException("push after finish");
    }
    add(id);
    return take();
  }

  /** The rest: what still waited for more bytes, with U+FFFD where they are missing. */
  public String finish() {
    if (!finished) {
      finished = true;
      chain.finish();
    }
    return take();
  }

  void add(int id) {
    String token = tokenizer.decoded(id, skipSpecialTokens);
    if (token != null) {
      chain.text(token);
      chain.endToken();
    }
  }

  private String take() {
    String segment = text.toString();
    text.setLength(0);
    return segment;
  }
}
