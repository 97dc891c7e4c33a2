package dev.quipu.generate;

import dev.quipu.generate.GenerationEvent.Figures;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.model.SequenceCache;
import dev.quipu.ops.Regime;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.Sampler;
import dev.quipu.tensor.Mat;
import dev.quipu.text.StreamDecoder;
import dev.quipu.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The loop of one generation: the prompt in chunks, then token by token: logits, a choice, its text. Each call of
 * {@link #next} goes as far as the next event. Shares the decoder with other generations, step by step, under its lock.
 */
final class Generator {

  private static final int RESERVED_TOKENS = 1024;

  private final Decoder decoder;
  private final Runnable requireOpen;
  private final Tokenizer tokenizer;
  private final PromptCache promptCache;
  private final GenerationRequest request;
  private final Set<Integer> eosTokens;
  private final Sampler sampler;
  private final Randomness random;
  private final StreamDecoder text;

  private int[] tokens; // the prompt, then what was generated
  private int count; // of tokens
  private final int promptLength;
  private final int cached;
  private final SequenceCache cache; // holds tokens[0 … cache.length())
  private final Segment segment;
  private final Batch prompt;
  private final Batch step;
  private int chosen; // the token that follows those in the cache
  private float logprob; // of it

  private List<Token> pending = new ArrayList<>(); // tokens whose text is held back
  private StopReason stop;
  private boolean started;
  private boolean closed;
  private volatile boolean cancelled;
  private final long startNanos;
  private long firstTokenNanos;

  Generator(
      Decoder decoder,
      Runnable requireOpen,
      Tokenizer tokenizer,
      PromptCache promptCache,
      GenerationRequest request,
      int[] prompt,
      Set<Integer> eosTokens) {
    this.decoder = decoder;
    this.requireOpen = requireOpen;
    this.tokenizer = tokenizer;
    this.promptCache = promptCache;
    this.request = request;
    this.eosTokens = eosTokens;
    this.sampler = Sampler.of(request.sampling());
    this.random = new Randomness(request.seed() != null ? request.seed() : System.nanoTime());
    this.text = tokenizer.streamDecoder(false);
    this.startNanos = System.nanoTime();
    this.promptLength = prompt.length;
    this.count = prompt.length;
    this.tokens = Arrays.copyOf(prompt, prompt.length + Math.min(request.maxTokens(), RESERVED_TOKENS));
    this.cache = promptCache.take(prompt);
    this.cached = cache.length();
    this.segment = new Segment(cache);
    this.prompt = new Batch(Regime.PROMPT, segment);
    this.step = new Batch(Regime.GENERATE, segment);
  }

  void cancel() {
    cancelled = true;
  }

  /** Gives the cache back. An answer that broke off in the middle of a call has no whole cache to give. */
  void close() {
    synchronized (decoder) {
      if (!closed) {
        closed = true;
        promptCache.give(tokens, cache);
      }
    }
  }

  GenerationEvent next() {
    synchronized (decoder) {
      if (closed) {
        throw new IllegalStateException("this generation is closed");
      }
      requireOpen.run();
      try {
        return advance();
      } catch (RuntimeException | Error e) {
        closed = true; // layers may differ in length: the cache is lost
        throw e;
      }
    }
  }

  private GenerationEvent advance() {
    if (!started) {
      started = true;
      cache.reserve(tokens.length - cache.length());
      return new Progress(cached, cached, promptLength);
    }
    if (cache.length() < promptLength) {
      return cancelled ? finished(StopReason.USER_CANCELLED) : prefill();
    }
    while (stop == null) {
      String part = generate();
      if (!part.isEmpty()) {
        return text(part);
      }
    }
    String rest = text.finish();
    return rest.isEmpty() ? finished(stop) : text(rest);
  }

  /** The next chunk of the prompt; only the last one needs logits, and of those only the last row. */
  private Progress prefill() {
    int from = cache.length();
    int chunk = Math.min(request.prefillStepSize(), promptLength - from);
    boolean last = from + chunk == promptLength;
    segment.next(tokens, from, chunk, last ? Logits.LAST : Logits.NONE, promptLength);
    Mat logits = decoder.forward(prompt);
    if (last) {
      choose(logits);
    }
    return new Progress(from + chunk, cached, promptLength);
  }

  /** At once: the logits are the decoder's, and the next call may be another generation's. */
  private void choose(Mat logits) {
    chosen = sampler.next(logits.data(), 0, logits.cols(), random);
    logprob = logits.data()[chosen] - decoder.logSumExp(logits, 0);
  }

  /** One token, and the text that it completes. */
  private String generate() {
    if (cancelled) {
      stop = StopReason.USER_CANCELLED;
      return "";
    }
    if (count > promptLength) {
      segment.next(tokens, count - 1, 1, Logits.LAST);
      choose(decoder.forward(step));
    }
    append(chosen);
    if (eosTokens.contains(chosen)) {
      stop = StopReason.EOS_TOKEN;
      return "";
    }
    pending.add(new Token(chosen, textOf(chosen), logprob));
    stop = limit();
    return text.push(chosen);
  }

  /** A token's text by itself; empty where the model knows ids that the tokenizer does not. */
  private String textOf(int token) {
    byte[] bytes = tokenizer.bytes(token);
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private void append(int token) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, count + RESERVED_TOKENS);
      cache.reserve(RESERVED_TOKENS);
    }
    tokens[count++] = token;
    if (firstTokenNanos == 0) {
      firstTokenNanos = System.nanoTime();
    }
  }

  private StopReason limit() {
    if (count - promptLength == request.maxTokens()) {
      return StopReason.TOKEN_LIMIT;
    }
    return count > decoder.spec().maxPositions() ? StopReason.CONTEXT_FULL : null;
  }

  private Text text(String part) {
    Text event = new Text(part, pending);
    pending = new ArrayList<>();
    return event;
  }

  private Finished finished(StopReason reason) {
    int generated = count - promptLength;
    long promptEnd = generated > 0 ? firstTokenNanos : System.nanoTime();
    return new Finished(reason, new Figures(
        promptLength,
        cached,
        (promptEnd - startNanos) / 1e9,
        generated,
        generated > 0 ? (System.nanoTime() - firstTokenNanos) / 1e9 : 0));
  }
}
