package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.hub.Models;
import dev.quipu.model.Decoder;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.tensor.DType;
import dev.quipu.text.ChatTemplate;
import dev.quipu.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * A loaded model, ready to answer: the parts put together, and the door of the library. Thread-safe; generations that
 * run at the same time take turns, token by token.
 *
 * <p>Weights stay mapped from the checkpoint until {@link #close}.
 */
public final class Engine implements AutoCloseable {

  private final Checkpoint checkpoint;
  private final Tokenizer tokenizer;
  private final PromptEncoder prompts;
  private final Set<Integer> eosTokens;
  private final Ops ops;
  private final Decoder decoder; // also the lock of every step
  private final DType kvDtype;
  private final PromptCache promptCache;
  private volatile boolean closed;

  private Engine(Checkpoint checkpoint, EngineOptions options) {
    FutureTask<Tokenizer> tokenizing = new FutureTask<>(() -> tokenizer(checkpoint));
    Thread.ofPlatform().daemon().name("quipu-tokenizer").start(tokenizing); // the longest part of loading
    ModelFamily.Model model = ModelFamily.load(checkpoint, options.allowedConfigKeys());
    SpecialTokens specialTokens = new SpecialTokens(checkpoint);
    String template = options.chatTemplate() != null ? options.chatTemplate() : ChatTemplates.find(checkpoint);
    ChatTemplate chatTemplate = template == null ? null : ChatTemplate.parse("chat template", template);
    this.checkpoint = checkpoint;
    this.tokenizer = join(tokenizing);
    this.prompts = new PromptEncoder(tokenizer, specialTokens, chatTemplate);
    this.eosTokens = EosTokens.of(checkpoint, tokenizer, specialTokens);
    this.ops = OpsProvider.choose(
        options.ops() == OpsKind.VECTOR, options.threads(), options.log(), options.warn());
    this.decoder = new Decoder(model.spec(), model.weights(), ops);
    this.kvDtype = options.kvDtype();
    this.promptCache = new PromptCache(() -> decoder.newCache(kvDtype));
  }

  /** The model in a folder: an MLX checkpoint, or an unquantized one of Hugging Face. */
  public static Engine load(Path folder) {
    return load(Checkpoint.open(folder), EngineOptions.DEFAULT);
  }

  /** The model that quipu carries. */
  public static Engine embedded() {
    return load((String) null, EngineOptions.DEFAULT);
  }

  /**
   * @param model a folder, an id in the local hub cache, or null for the embedded model
   * @throws QuipuException if there is no such model, or it is damaged or not supported
   */
  public static Engine load(String model, EngineOptions options) {
    return load(Models.open(model), options);
  }

  private static Engine load(Checkpoint checkpoint, EngineOptions options) {
    try {
      return new Engine(checkpoint, options);
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /** The tokenizer of a checkpoint, by itself. */
  public static Tokenizer tokenizer(Checkpoint checkpoint) {
    if (!checkpoint.has("tokenizer.json")) {
      throw new QuipuException(checkpoint.name() + ": there is no tokenizer.json"
          + (checkpoint.has("tokenizer.model") ? ", and tokenizer.model (SentencePiece) is not read" : "")
          + "; take it from the original model, or save it with transformers' AutoTokenizer");
    }
    return Tokenizer.load(checkpoint.open("tokenizer.json"), "tokenizer.json");
  }

  private static Tokenizer join(FutureTask<Tokenizer> tokenizing) {
    try {
      return tokenizing.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QuipuException("Loading was interrupted", e);
    }
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Whether the model can be asked with {@link Prompt.Chat}. */
  public boolean hasChatTemplate() {
    return prompts.hasChatTemplate();
  }

  /** Positions that a prompt and its answer may take together. */
  public int contextLength() {
    return decoder.spec().maxPositions();
  }

  /** The ids that end an answer. */
  public Set<Integer> eosTokens() {
    return eosTokens;
  }

  /**
   * The id of a token, given as text or as a number.
   *
   * @throws QuipuException if the vocabulary has no such token
   */
  public int tokenId(String token) {
    return EosTokens.parse(token, tokenizer);
  }

  /** The ids that a request's prompt becomes. */
  public int[] encode(Prompt prompt) {
    return prompts.encode(prompt);
  }

  /**
   * Starts an answer; nothing is computed before it is iterated over.
   *
   * @throws InvalidRequestException if the prompt is empty or longer than the context, or a value does not fit the
   * model
   * @throws IllegalStateException   if the engine is closed
   */
  public Generation generate(GenerationRequest request) {
    requireOpen();
    int[] prompt = prompts.encode(request.prompt());
    if (prompt.length == 0) {
      throw new InvalidRequestException("prompt", "must not be empty");
    }
    if (prompt.length > contextLength()) {
      throw new InvalidRequestException("prompt", "must be at most " + contextLength()
          + " tokens, which is this model's context, but is " + prompt.length);
    }
    Set<Integer> eos = new TreeSet<>(eosTokens);
    eos.addAll(request.extraEosTokens());
    SamplerSettings sampling = request.sampling();
    if (sampling.xtcProbability() > 0) {
      sampling = sampling.exempting(xtcSpecialTokens(eos));
    }
    sampling.checkVocabulary(decoder.spec().vocabSize());
    return new Generation(new Generator(
        decoder, this::requireOpen, tokenizer, promptCache, request.withSampling(sampling), prompt, eos));
  }

  /**
   * How surprised the model is by each of the ids but the first, −log p after all those before it, from an empty cache.
   *
   * @throws InvalidRequestException if there are less than two, or more than the context holds
   */
  public double[] negativeLogLikelihoods(int[] ids) {
    requirePair(ids);
    synchronized (decoder) {
      requireOpen();
      return new Likelihood(decoder, kvDtype).of(ids);
    }
  }

  private void requirePair(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= decoder.spec().vocabSize()) {
        throw new InvalidRequestException(
            "tokens", "must be ids in [0, " + (decoder.spec().vocabSize() - 1) + "] but one is " + id);
      }
    }
    if (ids.length < 2 || ids.length > contextLength()) {
      throw new InvalidRequestException("tokens", "must be 2 to " + contextLength()
          + " ids, which is this model's context, but are " + ids.length);
    }
  }

  // mlx_lm/generate.py: line breaks and ends are never excluded by XTC
  private List<Integer> xtcSpecialTokens(Set<Integer> eos) {
    return IntStream.concat(IntStream.of(tokenizer.encode("\n", true)), eos.stream().mapToInt(id -> id))
        .filter(id -> id < decoder.spec().vocabSize()).distinct().boxed().toList();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this engine is closed");
    }
  }

  /** Ends the threads and frees the mapping; a generation that still runs fails at its next step. */
  @Override
  public void close() {
    synchronized (decoder) {
      if (!closed) {
        closed = true;
        ops.close();
        checkpoint.close();
      }
    }
  }
}
