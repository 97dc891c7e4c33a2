package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.checkpoint.Fingerprint;
import dev.quipu.family.ModelFamily;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.grammar.ToolChoice;
import dev.quipu.grammar.ToolFormat;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.hub.Models;
import dev.quipu.model.Decoder;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.KvSettings;
import dev.quipu.text.ChatTemplate;
import dev.quipu.text.Tokenizer;
import dev.quipu.vision.Image;
import dev.quipu.vision.VisionReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * A loaded model, ready to answer: the parts put together, and the door of the library. Thread-safe; generations that
 * run at the same time are computed together.
 *
 * <p>Weights stay mapped from the checkpoint until {@link #close}.
 */
public final class Engine implements AutoCloseable {

  /** A small model's keys and values take a fraction of the large one's. */
  private static final int DRAFT_SHARE = 8;
  private static final int IMAGE_SHARE = 8; // of what keys and values may take, for rows of images

  private final String name; // of the model, as it was given
  private final Checkpoint checkpoint;
  private final Checkpoint draftCheckpoint; // or null
  private final Tokenizer tokenizer;
  private final PromptEncoder prompts;
  private final Set<Integer> eosTokens;
  private final Ops ops;
  private final Decoder decoder; // also the lock of every step
  private final KvSettings kv;
  private final PromptCache promptCache;
  private final Scheduler scheduler;
  private final DraftModel draft; // or null
  private final FutureTask<TextTokens> textTokens;
  private final FutureTask<TextTokens> markedTokens;
  private final String template; // of the chat; or null
  private volatile boolean closed;

  private Engine(String name, Checkpoint checkpoint, Checkpoint draftCheckpoint, EngineOptions options) {
    FutureTask<Tokenizer> tokenizing = new FutureTask<>(() -> tokenizer(checkpoint));
    Thread.ofPlatform().daemon().name("quipu-tokenizer").start(tokenizing); // the longest part of loading
    ModelFamily.Model model = ModelFamily.load(checkpoint, options.allowedConfigKeys());
    SpecialTokens specialTokens = new SpecialTokens(checkpoint);
    String template = options.chatTemplate() != null ? options.chatTemplate() : ChatTemplates.find(checkpoint);
    ChatTemplate chatTemplate = template == null ? null : ChatTemplate.parse("chat template", template);
    this.name = name;
    this.checkpoint = checkpoint;
    this.draftCheckpoint = draftCheckpoint;
    this.tokenizer = join(tokenizing);
    this.eosTokens = EosTokens.of(checkpoint, tokenizer, specialTokens);
    this.textTokens = new FutureTask<>(() -> new TextTokens(tokenizer));
    this.markedTokens = new FutureTask<>(() -> new TextTokens(tokenizer, true));
    this.template = template;
    this.kv = options.kv();
    this.ops = OpsProvider.choose(
        options.ops() == OpsKind.VECTOR, options.threads(), options.log(), options.warn());
    try {
      this.prompts =
          new PromptEncoder(tokenizer, specialTokens, chatTemplate, imageEncoder(model, options));
      this.decoder = new Decoder(model.spec(), model.weights(), ops);
      this.promptCache = new PromptCache(() -> decoder.newCache(kv), options.memoryBytes());
      requireMemory(options);
      this.scheduler = new Scheduler(decoder, promptCache, options.maxSequences());
      this.draft = loadDraft(options);
    } catch (RuntimeException | Error e) {
      ops.close();
      throw e;
    }
  }

  /** Null for a model of text alone. */
  private ImageEncoder imageEncoder(ModelFamily.Model model, EngineOptions options) {
    if (model.vision() == null) {
      return null;
    }
    VisionReference reference = options.visionReference();
    SeenImages seen = new SeenImages(model.vision().addOn(ops, reference), options.memoryBytes() / IMAGE_SHARE);
    return new ImageEncoder(tokenizer, seen, model.spec().hiddenSize(), reference == VisionReference.MLX);
  }

  private void requireMemory(EngineOptions options) {
    String heap = Runtime.getRuntime().maxMemory() + " bytes, which Java's heap has; give it more with -Xmx";
    if (promptCache.capacity() == 0) {
      throw new InvalidRequestException("memory_budget", "must be at least " + promptCache.blockBytes()
          + " bytes, which the keys and values of " + KvCache.BLOCK + " tokens take, but is " + options.memoryBytes()
          + (options.memoryBudget() == 0 ? ", five eighths of " + heap : ""));
    }
    if (options.memoryBudget() > Runtime.getRuntime().maxMemory()) {
      throw new InvalidRequestException(
          "memory_budget", "is " + options.memoryBudget() + " but must be less than " + heap);
    }
  }

  /** The model that guesses, or null. */
  private DraftModel loadDraft(EngineOptions options) {
    if (draftCheckpoint == null) {
      return null;
    }
    requireSameTokens(options.draftModel(), tokenizer(draftCheckpoint));
    ModelFamily.Model small = ModelFamily.load(draftCheckpoint, options.allowedConfigKeys());
    return new DraftModel(new Decoder(small.spec(), small.weights(), ops), decoder.spec().vocabSize(),
        DraftModel.isLarge(small.spec(), decoder.spec()), options.memoryBytes() / DRAFT_SHARE);
  }

  private void requireSameTokens(String model, Tokenizer other) {
    if (other.vocabSize() != tokenizer.vocabSize()) {
      throw new InvalidRequestException("draft_model", "must have the tokens of the model, " + tokenizer.vocabSize()
          + " of them, but " + model + " has " + other.vocabSize());
    }
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      if (!Objects.equals(tokenizer.token(id), other.token(id))) {
        throw new InvalidRequestException("draft_model", "must have the tokens of the model, but token " + id
            + " is \"" + tokenizer.token(id) + "\", and \"" + other.token(id) + "\" in " + model);
      }
    }
  }

  /** The model in a folder: an MLX checkpoint, or an unquantized one of Hugging Face. */
  public static Engine load(Path folder) {
    return load(folder.toString(), Checkpoint.open(folder), EngineOptions.DEFAULT);
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
    return load(model == null ? EmbeddedModel.NAME : model, Models.open(model), options);
  }

  private static Engine load(String name, Checkpoint checkpoint, EngineOptions options) {
    Checkpoint draft = null;
    try {
      draft = options.draftModel() == null ? null : Models.open(options.draftModel());
      return new Engine(name, checkpoint, draft, options);
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      if (draft != null) {
        draft.close();
      }
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

  /** The ids that end an answer of a checkpoint, which is not loaded. */
  public static Set<Integer> eosTokens(Checkpoint checkpoint, Tokenizer tokenizer) {
    return EosTokens.of(checkpoint, tokenizer, new SpecialTokens(checkpoint));
  }

  private static <T> T join(FutureTask<T> task) {
    try {
      return task.get();
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

  /** Whether prompts can have images. */
  public boolean readsImages() {
    return prompts.readsImages();
  }

  /** A turn of the user, with images where the model's own tools put them: before the text, or behind it. */
  public Message question(String text, List<Image> images) {
    return prompts.question(text, images);
  }

  /** Positions that a prompt and its answer may take together: what the model knows, and what memory holds. */
  public int contextLength() {
    return Math.min(decoder.spec().maxPositions(), promptCache.capacity());
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
    return prompts.encode(prompt).ids();
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
    GenerationRequest known = known(request);
    EncodedPrompt encoded = prompts.encode(request.prompt());
    EncodedPrompt prompt = new EncodedPrompt(fitting(encoded.ids(), known), encoded.images());
    Set<Integer> eos = new TreeSet<>(eosTokens);
    eos.addAll(request.extraEosTokens());
    if (request.prompt() instanceof Prompt.Continued continued) {
      continued.cache().eosToken().ifPresent(token -> eos.add(tokenId(token)));
    }
    GenerationRequest checked = known.withSampling(checked(request.sampling(), eos));
    checkBias(request.penalties().logitBias().keySet());
    return new Generation(scheduler, generation -> new Generator(checked, prompt, eos, contextLength(), promptCache,
        new Chooser(decoder, tokenizer, checked, document(checked.constraint(), eos)), tokenizer.streamDecoder(false),
        drafting(checked, generation), generation::add));
  }

  /** Null without a constraint. */
  private Document document(Constraint constraint, Set<Integer> eos) {
    if (constraint == null) {
      return null;
    }
    FutureTask<TextTokens> tokens = constraint.marks() ? markedTokens : textTokens;
    if (!tokens.isDone()) {
      Thread.ofPlatform().daemon().name("quipu-tokens").start(tokens); // once, while the prompt is read
    }
    return new Document(constraint, () -> join(tokens), eos);
  }

  /**
   * Calls of tools as the chat template writes them, or text. The template is told of the tools by the prompt's
   * variable {@code tools}.
   *
   * @param tools a list of tools as in OpenAI's interface
   * @throws QuipuException if there is no template, it writes no calls in a format that is known, or the tools cannot be
   */
  public Constraint tools(Object tools, ToolChoice choice, SchemaOptions options) {
    if (template == null) {
      throw new QuipuException("This model has no chat template, which says how tools are called;"
          + " give one with --chat-template FILE");
    }
    ToolFormat format = ToolFormat.of(template);
    Map<String, Integer> special = new HashMap<>();
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      if (tokenizer.isSpecial(id) && format.writes(tokenizer.token(id))) {
        special.put(tokenizer.token(id), id);
      }
    }
    return Constraint.tools(format, tools, choice, options, special);
  }

  /** The request without what needs to know all tokens, where they are not known, or say nothing. */
  private static GenerationRequest known(GenerationRequest request) {
    boolean unknown = request.prompt() instanceof Prompt.Continued continued && continued.cache().tokens().isEmpty();
    if (!unknown && request.prompt().images().isEmpty()) {
      return request;
    }
    Speculation speculation = request.speculation();
    return request.withOverflow(ContextOverflow.STOP).withSpeculation(new Speculation(
        false, speculation.promptLookup(), speculation.numDraftTokens(), speculation.acceptance()));
  }

  private int[] fitting(int[] prompt, GenerationRequest request) {
    int context = contextLength();
    if (prompt.length == 0) {
      throw new InvalidRequestException("prompt", "must not be empty");
    }
    requireEmbeddings(prompt);
    if (prompt.length <= context) {
      return prompt;
    }
    if (request.overflow() == ContextOverflow.STOP || request.prompt() instanceof Prompt.Continued) {
      throw new InvalidRequestException("prompt", "must be at most " + context + " tokens, which is "
          + (context == decoder.spec().maxPositions() ? "this model's context" : "what the memory budget holds")
          + ", but is " + prompt.length);
    }
    int answer = request.maxTokens() == GenerationRequest.UNLIMITED ? context : request.maxTokens();
    return request.overflow().cut(prompt, prompt.length, context - Math.min(answer, context / 4));
  }

  /** Tokenizers may know more tokens than the model. */
  private void requireEmbeddings(int[] ids) {
    for (int id : ids) {
      if (id >= decoder.spec().vocabSize()) {
        throw new InvalidRequestException("prompt", "must not hold the token \"" + tokenizer.token(id) + "\" (" + id
            + "): the model has embeddings of " + decoder.spec().vocabSize() + " tokens");
      }
    }
  }

  private SamplerSettings checked(SamplerSettings sampling, Set<Integer> eos) {
    SamplerSettings settings = sampling.xtcProbability() > 0 ? sampling.exempting(xtcSpecialTokens(eos)) : sampling;
    settings.checkVocabulary(decoder.spec().vocabSize());
    return settings;
  }

  private void checkBias(Set<Integer> ids) {
    for (int id : ids) {
      if (id >= decoder.spec().vocabSize()) {
        throw new InvalidRequestException("logit_bias", "must name ids below the vocabulary's "
            + decoder.spec().vocabSize() + " tokens but names " + id);
      }
    }
  }

  private Drafting drafting(GenerationRequest request, Generation generation) {
    Speculation speculation = request.speculation();
    Guesser guesser = draft != null && speculation.draftModel() ? draft.guesser(request, generation::isCancelled)
        : speculation.promptLookup() > 0 ? new PromptLookup(speculation.promptLookup()) : null;
    return new Drafting(guesser, speculation);
  }

  /**
   * Computes a prompt and writes what the model keeps of it to a file, for answers that go on from there: quipu's
   * ({@link #openPromptCache}) and mlx-lm's. The prompt is left open at its end.
   *
   * @param progress told how many tokens are computed, and how many there are
   * @throws QuipuException if the file cannot be written
   */
  public void savePromptCache(Prompt prompt, Path file, BiConsumer<Integer, Integer> progress) {
    requireOpen();
    int[] ids = prompts.encodeOpen(prompt);
    fitting(ids, GenerationRequest.of(prompt));
    PromptCache.Lease lease = promptCache.lease(Arrays.copyOf(ids, ids.length + 1), ids.length);
    boolean whole = false;
    try {
      new Prefill(decoder, lease.cache(), ids).run(this::requireOpen, progress);
      PromptCacheFile.save(file, lease.cache(), ids, model());
      whole = true;
    } finally {
      if (whole) {
        lease.close(ids);
      } else {
        lease.abandon();
      }
    }
  }

  /**
   * Opens a file of {@link #savePromptCache} or of mlx-lm, for {@link Prompt.Continued}.
   *
   * @throws QuipuException if it is none, is damaged, or is of another model or tokenizer
   */
  public PromptCacheFile openPromptCache(Path file) {
    requireOpen();
    return PromptCacheFile.open(file, decoder.spec(), kv, model());
  }

  private PromptCacheFile.Model model() {
    return new PromptCacheFile.Model(name, Fingerprint.of(checkpoint));
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
      return new Likelihood(decoder, kv).of(ids);
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
      throw Scheduler.closedEngine();
    }
  }

  /** Ends the threads and frees the mapping; a generation that still runs fails at its next step. */
  @Override
  public void close() {
    scheduler.close();
    synchronized (decoder) {
      if (!closed) {
        closed = true;
        ops.close();
        checkpoint.close();
        if (draftCheckpoint != null) {
          draftCheckpoint.close();
        }
      }
    }
  }
}
