package dev.quipu.generate;

import dev.quipu.generate.GenerationEvent.Figures;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import dev.quipu.text.StreamDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One generation, step by step: the prompt in chunks, then token by token: logits, a choice, its text. It says which
 * tokens it wants computed ({@link #chunk}, {@link #step}) and takes what came of them ({@link #afterChunk},
 * {@link #afterStep}); who computes them, and with what else in one call, it does not know. All but {@link #cancel}
 * happens on one thread.
 */
final class Generator {

  private static final int RESERVED_TOKENS = KvCache.BLOCK;

  private final GenerationRequest request;
  private PromptCacheFile stored; // what is known of the prompt's beginning; or null
  private final Set<Integer> eosTokens;
  private final int contextLength;
  private final PromptCache promptCache;
  private final Chooser chooser;
  private final StreamDecoder decoder;
  private final StopStrings stopStrings;
  private final Drafting drafting;
  private final Consumer<GenerationEvent> events;

  private int[] tokens; // the prompt, then what was generated; cut where the context overflows
  private int count; // of tokens
  private int promptEnd; // tokens that are computed as a prompt
  private PromptCache.Lease lease; // its cache holds tokens[0 … length), all but the last one while generating
  private Segment segment;

  private final int promptLength;
  private int cached;
  private int generated;
  private int accepted;
  private List<Token> pending = new ArrayList<>(); // tokens whose text is held back
  private StopReason stop;
  private volatile boolean cancelled;
  private final long startNanos = System.nanoTime();
  private long firstTokenNanos;

  Generator(
      GenerationRequest request,
      int[] prompt,
      Set<Integer> eosTokens,
      int contextLength,
      PromptCache promptCache,
      Chooser chooser,
      StreamDecoder decoder,
      Drafting drafting,
      Consumer<GenerationEvent> events) {
    this.request = request;
    this.stored = request.prompt() instanceof Prompt.Continued continued ? continued.cache() : null;
    this.eosTokens = eosTokens;
    this.contextLength = contextLength;
    this.promptCache = promptCache;
    this.chooser = chooser;
    this.decoder = decoder;
    this.stopStrings = new StopStrings(request.stopStrings());
    this.drafting = drafting;
    this.events = events;
    this.promptLength = prompt.length;
    begin(prompt);
  }

  private void begin(int[] text) {
    count = text.length;
    promptEnd = count;
    tokens = Arrays.copyOf(text, Math.min(mostTokens(), count + RESERVED_TOKENS));
  }

  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Positions that the cache will have at most: the last token is not computed. */
  int positions() {
    return mostTokens() - 1;
  }

  private int mostTokens() {
    int left = request.maxTokens() == GenerationRequest.UNLIMITED ? Integer.MAX_VALUE : request.maxTokens() - generated;
    return (int) Math.min((long) count + left, contextLength + 1);
  }

  /** Takes what is cached of the tokens. */
  void start() {
    takeCache();
    cached = lease.cached();
    events.accept(new Progress(cached, cached, promptLength));
  }

  private void takeCache() {
    int[] text = Arrays.copyOf(tokens, count);
    if (stored != null) {
      lease = promptCache.lease(text, stored.length(), stored.tokens().isPresent(), positions(), stored::restore);
      stored = null; // it may be closed when the context is cut
    } else {
      lease = promptCache.lease(text, positions());
    }
    segment = new Segment(lease.cache());
  }

  boolean inPrompt() {
    return lease.cache().length() < promptEnd;
  }

  /** The next tokens of the prompt; only the last ones need logits, and of those only the last row. */
  Segment chunk() {
    int from = lease.cache().length();
    int size = Math.min(request.prefillStepSize(), promptEnd - from);
    return segment.next(tokens, from, size, from + size == promptEnd ? Logits.LAST : Logits.NONE, promptEnd);
  }

  /** @param row of the logits, where the prompt ends */
  void afterChunk(Mat logits, int row) {
    lease.grow(tokens);
    if (generated == 0) { // else the context was cut
      events.accept(new Progress(lease.cache().length(), cached, promptLength));
    }
    if (!inPrompt()) {
      drafting.begin(tokens, count);
      take(chooser.choose(tokens, count, logits, row), false);
      goOn();
    }
  }

  /**
   * Puts into the segment the last token, and what is guessed to follow it.
   *
   * @param mayDraft whether anything may be guessed
   * @param together whether guesses may be rows of the call
   */
  void step(boolean mayDraft, boolean together) {
    int most = Math.min(tokens.length - count, mostTokens() - count - 1);
    int drafted = drafting.draft(tokens, count, mayDraft ? most : 0, together, chooser);
    segment.next(tokens, count - 1, 1 + drafted, Logits.ALL);
  }

  boolean guesses() {
    return drafting.guesses(tokens, count);
  }

  Segment segment() {
    return segment;
  }

  /** @param row the first of the step's in the logits */
  void afterStep(Mat logits, int row) {
    int first = count - 1;
    int rows = segment.logitRows();
    int i = 0;
    boolean right = true;
    try {
      while (right && i < rows && stop == null) {
        int token = drafting.choose(tokens, count, logits, row + i, chooser);
        right = drafting.right(token);
        take(token, right);
        i++;
      }
    } finally {
      lease.cache().trim(first + Math.max(1, i)); // what was guessed wrong
      lease.generated().set(first, lease.cache().length());
    }
    drafting.done(i, right);
    lease.grow(tokens);
    goOn();
  }

  /** A token is chosen. */
  private void take(int token, boolean fromDraft) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.min(mostTokens(), count + RESERVED_TOKENS));
    }
    tokens[count++] = token;
    generated++;
    accepted += fromDraft ? 1 : 0;
    firstTokenNanos = firstTokenNanos == 0 ? System.nanoTime() : firstTokenNanos;
    if (eosTokens.contains(token)) {
      stop = StopReason.EOS_TOKEN;
      return;
    }
    pending.add(chooser.token(token, fromDraft));
    say(stopStrings.push(decoder.push(token)));
    if (stopStrings.found() != null) {
      stop = StopReason.STOP_STRING;
    } else if (generated == request.maxTokens()) {
      stop = StopReason.TOKEN_LIMIT;
    } else if (count > contextLength && request.overflow() == ContextOverflow.STOP) {
      stop = StopReason.CONTEXT_FULL;
    }
  }

  private void say(String text) {
    if (!text.isEmpty()) {
      events.accept(new Text(text, pending));
      pending = new ArrayList<>();
    }
  }

  /** Ends, or makes room where the context is full. */
  private void goOn() {
    if (stop != null) {
      finish(stop);
    } else if (count > contextLength) {
      lease.close(tokens);
      drafting.forget();
      begin(request.overflow().cut(tokens, count, contextLength - contextLength / 4));
      takeCache();
    }
  }

  /** The rest of the text, and the end. What was computed stays in the cache. */
  void finish(StopReason reason) {
    if (lease != null) {
      lease.close(tokens);
    }
    drafting.close();
    say(stopStrings.push(decoder.finish()));
    say(stopStrings.finish());
    if (!pending.isEmpty()) {
      events.accept(new Text("", pending));
    }
    stop = stopStrings.found() != null ? StopReason.STOP_STRING : reason;
    events.accept(new Finished(stop, stopStrings.found(), figures()));
  }

  /** Ends without a word; gives the cache back if it is whole. */
  void abandon(boolean whole) {
    drafting.close();
    if (lease != null && whole) {
      lease.close(tokens);
    } else if (lease != null) {
      lease.abandon();
    }
  }

  private Figures figures() {
    long promptEndNanos = generated > 0 ? firstTokenNanos : System.nanoTime();
    return new Figures(promptLength, cached, (promptEndNanos - startNanos) / 1e9, generated, accepted,
        generated > 0 ? (System.nanoTime() - firstTokenNanos) / 1e9 : 0);
  }
}
