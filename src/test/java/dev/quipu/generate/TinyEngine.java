package dev.quipu.generate;

import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.model.SequenceCache;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import dev.quipu.ops.Regime;
import dev.quipu.support.TinyModel;
import dev.quipu.support.TinyTokenizer;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Mat;
import dev.quipu.text.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.Supplier;

/** What an engine is made of, around a tiny model, and beside it a model that remembers nothing. */
final class TinyEngine implements AutoCloseable {

  static final int CONTEXT = 4000;

  private final Ops ops = OpsProvider.choose(true, 2, _ -> {}, _ -> {});
  private final Tokenizer tokenizer;
  private final TextTokens textTokens;
  private final Supplier<Decoder> models; // of the same weights
  private final KvSettings kv;
  private final Decoder decoder;
  private final Decoder cold;

  TinyEngine(TinyModel.Kind kind) {
    this(kind, KvSettings.FLOAT32);
  }

  TinyEngine(TinyModel.Kind kind, KvSettings kv) {
    this(kind, kv, new TinyTokenizer().load());
  }

  TinyEngine(TinyModel.Kind kind, KvSettings kv, Tokenizer tokenizer) {
    this(ops -> new Decoder(TinyModel.spec(kind), TinyModel.weights(kind), ops), kv, tokenizer);
  }

  TinyEngine(Function<Ops, Decoder> model, KvSettings kv, Tokenizer tokenizer) {
    this.models = () -> model.apply(ops);
    this.tokenizer = tokenizer;
    this.textTokens = new TextTokens(tokenizer);
    this.kv = kv;
    while (!ops.expectSeveralRows()) { // nothing is guessed before
      Thread.onSpinWait();
    }
    this.decoder = models.get();
    this.cold = models.get();
  }

  @Override
  public void close() {
    ops.close();
  }

  private Document document(GenerationRequest request) {
    return request.constraint() == null ? null
        : new Document(request.constraint(), () -> textTokens, request.extraEosTokens());
  }

  /** @param blocks that the cache has room for */
  Session session(int blocks) {
    return new Session(blocks);
  }

  /** A cache that begins empty, and the thread that fills it. */
  final class Session implements AutoCloseable {

    private final PromptCache promptCache;
    private final Scheduler scheduler;
    private final DraftModel draft;

    private Session(int blocks) {
      long budget = blocks * decoder.newCache(kv).blockBytes();
      promptCache = new PromptCache(() -> decoder.newCache(kv), budget);
      scheduler = new Scheduler(decoder, promptCache, 8);
      draft = new DraftModel(models.get(), decoder.spec().vocabSize(), false, budget);
    }

    PromptCache promptCache() {
      return promptCache;
    }

    Generation generate(int[] prompt, GenerationRequest request) {
      return generate(prompt, request, CONTEXT);
    }

    Generation generate(int[] prompt, GenerationRequest request, int context) {
      return generate(new EncodedPrompt(prompt), request, context);
    }

    Generation generate(EncodedPrompt prompt, GenerationRequest request, int context) {
      Speculation speculation = request.speculation();
      return new Generation(scheduler, generation -> {
        Guesser guesser = speculation.draftModel() ? draft.guesser(request, generation::isCancelled)
            : speculation.promptLookup() > 0 ? new PromptLookup(speculation.promptLookup()) : null;
        return new Generator(request, prompt, request.extraEosTokens(), context, promptCache,
            new Chooser(decoder, tokenizer, request, document(request)), tokenizer.streamDecoder(false),
            new Drafting(guesser, speculation), generation::add);
      });
    }

    /** The whole answer. */
    List<Token> answer(int[] prompt, GenerationRequest request) {
      List<Token> tokens = new ArrayList<>();
      try (Generation generation = generate(prompt, request)) {
        for (GenerationEvent event : generation) {
          if (event instanceof GenerationEvent.Text text) {
            tokens.addAll(text.tokens());
          }
        }
      }
      return tokens;
    }

    /** The same without any memory, but for which of the cached tokens were generated. */
    Replay replay(int[] prompt, GenerationRequest request) {
      return replay(new EncodedPrompt(prompt), List.of(), request);
    }

    /** @param rows of the prompt's images */
    Replay replay(EncodedPrompt prompt, List<EmbeddedRows> rows, GenerationRequest request) {
      PromptCache.Lease lease = promptCache.lease(prompt.ids(), prompt.images(), prompt.ids().length);
      Replay replay = new Replay(prompt.ids(), rows, lease.generated(), lease.cached(), request);
      lease.abandon();
      return replay;
    }

    @Override
    public void close() {
      scheduler.close();
    }
  }

  /** A generation, computed from nothing. */
  final class Replay {

    private final int cached;
    private final SequenceCache cache = cold.newCache(kv);
    private final Segment segment;
    private final Chooser chooser;
    private int[] tokens;
    private int count;
    private Mat logits; // after what the cache holds
    private final Queue<Integer> forced = new ArrayDeque<>();

    private Replay(
        int[] prompt, List<EmbeddedRows> rows, BitSet generated, int cached, GenerationRequest request) {
      this.segment = new Segment(cache).withRows(rows);
      this.cached = cached;
      this.tokens = Arrays.copyOf(prompt, prompt.length + request.maxTokens());
      this.count = prompt.length;
      this.chooser = new Chooser(cold, tokenizer, request.withCustom(GenerationRequest.Custom.NOTHING), document(request));
      for (int from = 0; from < count; ) {
        boolean single = generated.get(from);
        int next = generated.nextSetBit(from);
        int to = single ? from + 1 : next < 0 ? count : next;
        logits = forward(single ? Regime.GENERATE : Regime.PROMPT, from, to);
        from = to;
      }
      addForced();
    }

    int cached() {
      return cached;
    }

    Token next() {
      Token token = forced.isEmpty() ? chosen() : chooser.forced(forced.remove());
      take(token.id());
      return token;
    }

    private Token chosen() {
      while (cache.length() < count) {
        logits = forward(Regime.GENERATE, cache.length(), cache.length() + 1);
      }
      return chooser.token(chooser.choose(tokens, count, logits, 0), false);
    }

    private void take(int token) {
      tokens[count++] = token;
      if (chooser.document() != null) {
        chooser.document().take(token);
        addForced();
      }
    }

    private void addForced() {
      if (chooser.document() != null && forced.isEmpty()) {
        Arrays.stream(chooser.document().forced(tokens.length - count)).forEach(forced::add);
      }
    }

    private Mat forward(Regime regime, int from, int to) {
      return cold.forward(new Batch(regime, segment.next(tokens, from, to - from, Logits.LAST)));
    }
  }
}
