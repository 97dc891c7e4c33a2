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
  private static final int[] NONE = {};
  private static final int MOST_ROWS = 64; // of forced tokens in a call: others wait for it

  private final GenerationRequest request;
  private PromptCacheFile stored; // what is known of the prompt's beginning; or null
  private final Set<Integer> eosTokens;
  private final int contextLength;
  private final PromptCache promptCache;
  private final Chooser chooser;
  private final Document document; // or null
  private final StringBuilder said = new StringBuilder(); // if there is one
  private final StreamDecoder decoder;
  private final StopStrings stopStrings;
  private final Drafting drafting;
  private final Consumer<GenerationEvent> events;

  private int[] tokens; // the prompt, then what was generated; cut where the context overflows
  private int count; // of tokens
  private int promptEnd; // tokens that are computed as a prompt
  private PromptCache.Lease lease; // its cache holds tokens[0 … length), all but the last ones while generating
  private Segment segment;
  private int stepStart; // of the step's rows, the position of the first
  private int drafted; // and how many of them are guesses, the last ones

  private final int promptLength;
  private final PromptImages images;
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
      EncodedPrompt prompt,
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
    this.document = chooser.document();
    this.decoder = decoder;
    this.stopStrings = new StopStrings(request.stopStrings());
    this.drafting = drafting;
    this.events = events;
    this.promptLength = prompt.ids().length;
    this.images = prompt.images();
    begin(prompt.ids());
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
    return (int) Math.min((long) count + allowed(), contextLength + 1);
  }

  /** Tokens that may still be generated, whatever the context. */
  private int allowed() {
    return request.maxTokens() == GenerationRequest.UNLIMITED ? Integer.MAX_VALUE : request.maxTokens() - generated;
  }

  /** Tokens that may still be generated. */
  private int left() {
    return request.overflow() == ContextOverflow.STOP ? mostTokens() - count : allowed();
  }

  /** Takes what is cached of the tokens. */
  void start() {
    if (document != null) {
      document.begin(left());
    }
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
      lease = promptCache.lease(text, images, positions());
    }
    segment = new Segment(lease.cache());
  }

  boolean inPrompt() {
    return lease.cache().length() < promptEnd;
  }

  /** Has the tower work for the next chunk, a layer of it; false if all that stands in it is seen. */
  boolean look() {
    int from = lease.cache().length();
    boolean looked = images.look(from, from + chunkSize());
    if (looked) {
      events.accept(images.looking());
    }
    return looked;
  }

  /** The next tokens of the prompt; only the last ones need logits, and of those only the last row. */
  Segment chunk() {
    int from = lease.cache().length();
    int to = from + chunkSize();
    segment.next(tokens, from, to - from, to == promptEnd ? Logits.LAST : Logits.NONE, promptEnd);
    return segment.withRows(images.rows(from, to));
  }

  private int chunkSize() {
    int from = lease.cache().length();
    return images.whole(Math.min(from + request.prefillStepSize(), promptEnd)) - from;
  }

  /** @param row of the logits, where the prompt ends */
  void afterChunk(Mat logits, int row) {
    lease.grow(tokens);
    if (generated == 0) { // else the context was cut
      events.accept(new Progress(lease.cache().length(), cached, promptLength));
    }
    if (!inPrompt()) {
      segment.withRows(List.of());
      drafting.begin(tokens, count);
      begin(logits, row);
      goOn();
    }
  }

  /** The first token after a prompt is one that must come, or one that the logits say. */
  private void begin(Mat logits, int row) {
    if (document != null && document.over()) {
      stop = StopReason.DOCUMENT_COMPLETE;
    }
    takeForced();
    if (stop == null && count == promptEnd) {
      takeChosen(chooser.choose(tokens, count, logits, row));
      takeForced();
    }
  }

  /**
   * Puts into the segment the last token, or those since the last one that was chosen, and what is guessed to follow.
   *
   * @param mayDraft whether anything may be guessed
   * @param together whether the call may have several rows
   */
  void step(boolean mayDraft, boolean together) {
    stepStart = lease.cache().length();
    drafted = 0;
    int rows = Math.min(count - stepStart, together ? MOST_ROWS : 1);
    if (stepStart + rows < count) {
      segment.next(tokens, stepStart, rows, Logits.NONE);
      return;
    }
    int most = Math.min(tokens.length - count, mostTokens() - count - 1);
    drafted = drafting.draft(tokens, count, mayDraft ? most : 0, together, chooser);
    segment.next(tokens, stepStart, rows + drafted, drafted > 0 ? Logits.ALL : Logits.LAST);
  }

  boolean guesses() {
    return drafting.guesses(tokens, count);
  }

  /** Whether a step would have several rows without any guess. */
  boolean hasSeveralRows() {
    return count - lease.cache().length() > 1;
  }

  Segment segment() {
    return segment;
  }

  /** @param row the first of the step's in the logits */
  void afterStep(Mat logits, int row) {
    if (segment.logitRows() > 0) {
      judge(logits, row + segment.logitRows() - 1 - drafted);
    } else {
      lease.generated().set(stepStart, lease.cache().length());
    }
    lease.grow(tokens);
    goOn();
  }

  /** @param row of the last token that is certain; the guesses follow */
  private void judge(Mat logits, int row) {
    int first = count - 1;
    int i = 0; // rows that are right, or were asked for a token
    boolean right = true;
    try {
      while (right && i <= drafted && stop == null) {
        int token = drafting.choose(tokens, count, logits, row + i, chooser);
        i++;
        right = takeChosen(token);
        for (int forced : forced()) {
          if (mayTake()) {
            right = right && drafting.right(forced);
            i += right ? 1 : 0;
            take(chooser.forced(forced));
          }
        }
      }
    } finally {
      lease.cache().trim(first + Math.max(1, i)); // what was guessed wrong
      lease.generated().set(stepStart, lease.cache().length());
    }
    drafting.done(i, right);
  }

  /** Takes a token that was chosen, or closes the document. @return whether it had been guessed */
  private boolean takeChosen(int token) {
    int[] closing = document == null ? null : document.closing(token, left());
    if (closing == null) {
      boolean right = drafting.right(token);
      take(chooser.token(token, right));
      return right;
    }
    close(closing);
    return false;
  }

  /** The text ends here, since there is no room for more; these tokens complete it. */
  private void close(int[] closing) {
    StopReason reason = allowed() > left() ? StopReason.CONTEXT_FULL : StopReason.TOKEN_LIMIT;
    for (int i = 0; i < closing.length && stop == null; i++) {
      take(chooser.forced(closing[i]));
    }
    stop = stop == StopReason.STOP_STRING ? stop : reason;
  }

  /** Takes what must follow. */
  private void takeForced() {
    for (int token : forced()) {
      if (mayTake()) {
        take(chooser.forced(token));
      }
    }
  }

  private int[] forced() {
    return document == null || !mayTake() ? NONE : document.forced(left());
  }

  private boolean mayTake() {
    return stop == null && count <= contextLength;
  }

  /** A token is written. */
  private void take(Token token) {
    if (document != null) {
      document.take(token.id());
    }
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(count + 1, Math.min(mostTokens(), count + RESERVED_TOKENS)));
    }
    tokens[count++] = token.id();
    generated++;
    accepted += token.fromDraft() ? 1 : 0;
    firstTokenNanos = firstTokenNanos == 0 ? System.nanoTime() : firstTokenNanos;
    if (eosTokens.contains(token.id())) {
      stop = StopReason.EOS_TOKEN;
      return;
    }
    pending.add(token);
    say(stopStrings.push(decoder.push(token.id())));
    if (stopStrings.found() != null) {
      stop = StopReason.STOP_STRING;
    } else if (document != null && document.over()) {
      stop = StopReason.DOCUMENT_COMPLETE;
    } else if (generated == request.maxTokens()) {
      stop = StopReason.TOKEN_LIMIT;
    } else if (count > contextLength && request.overflow() == ContextOverflow.STOP) {
      stop = StopReason.CONTEXT_FULL;
    }
  }

  private void say(String text) {
    if (!text.isEmpty()) {
      said.append(document == null ? "" : text);
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
    events.accept(new Finished(stop, stopStrings.found(), isIncomplete(), figures()));
  }

  private boolean isIncomplete() {
    return document != null && !(stop == StopReason.STOP_STRING ? document.accepts(said.toString())
        : document.complete());
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
