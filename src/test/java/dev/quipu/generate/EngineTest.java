package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.support.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded model, whole. Expected texts and ids are those of mlx-lm 0.32.2 in float32 on the same checkpoint. */
class EngineTest {

  private static final String QUESTION = "Why is the sky blue?";
  private static final String ANSWER = "The answer to this question lies in the intricate dance of light and color."
      + " The sky appears blue because of a phenomenon known as Rayleigh scattering. This occurs when light encounters"
      + " molecules of air, which scatter";
  private static final List<Integer> FIRST_IDS = List.of(
      504, 2988, 288, 451, 1962, 5721, 281, 260, 7564, 7180, 282, 1420, 284, 2380, 30, 378, 6376, 4541, 4461, 975);

  private static Engine engine;

  @BeforeAll
  static void load() {
    engine = Engine.embedded();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static List<GenerationEvent> events(GenerationRequest request) {
    List<GenerationEvent> events = new ArrayList<>();
    try (Generation generation = engine.generate(request)) {
      generation.forEach(events::add);
    }
    return events;
  }

  private static String text(List<GenerationEvent> events) {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event instanceof Text part ? part.text() : ""));
    return text.toString();
  }

  private static List<Token> tokens(List<GenerationEvent> events) {
    return events.stream().filter(Text.class::isInstance).flatMap(event -> ((Text) event).tokens().stream()).toList();
  }

  private static Finished finished(List<GenerationEvent> events) {
    return (Finished) events.getLast();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512})
  void theAnswerIsThatOfMlxWhateverTheChunks(int prefillStepSize) {
    List<GenerationEvent> events =
        events(GenerationRequest.chat(QUESTION).withMaxTokens(40).withPrefillStepSize(prefillStepSize));
    assertThat(text(events)).isEqualTo(ANSWER);
    assertThat(tokens(events).stream().map(Token::id).limit(20)).isEqualTo(FIRST_IDS);
    assertThat(finished(events).reason()).isEqualTo(StopReason.TOKEN_LIMIT);
    assertThat(finished(events).figures().promptTokens()).isEqualTo(36);
    assertThat(finished(events).figures().generationTokens()).isEqualTo(40);
  }

  @Test
  void theModelsEndTokenEndsTheAnswerAndIsNotInIt() {
    List<GenerationEvent> events = events(GenerationRequest.chat("Say only the word: yes").withMaxTokens(200)
        .withExtraEosTokens(Set.of(engine.tokenId("."))));
    assertThat(finished(events).reason()).isEqualTo(StopReason.EOS_TOKEN);
    assertThat(text(events)).doesNotContain(".").doesNotContain("<|im_end|>");
    assertThat(engine.eosTokens()).contains(2, 0);
  }

  @Test
  void progressGoesChunkByChunkToTheWholePrompt() {
    engine.generate(GenerationRequest.text("something else")).close();
    List<GenerationEvent> events =
        events(GenerationRequest.text("One two three four five six seven").withPrefillStepSize(3).withMaxTokens(1));
    List<Integer> processed = events.stream().filter(Progress.class::isInstance)
        .map(event -> ((Progress) event).processed()).toList();
    assertThat(processed).isEqualTo(List.of(0, 3, 6, 7));
  }

  @Test
  void aFollowUpComputesOnlyWhatIsNew() {
    List<Message> messages = new ArrayList<>(List.of(Message.user("Name a colour of the rainbow.")));
    String first = text(events(GenerationRequest.chat(messages).withMaxTokens(12)));
    messages.add(Message.assistant(first));
    messages.add(Message.user("Another one?"));
    int turn = engine.encode(new Prompt.Chat(messages, null, Map.of())).length;
    Finished second = finished(events(GenerationRequest.chat(messages).withMaxTokens(3)));
    assertThat(second.figures().promptTokens()).isEqualTo(turn);
    assertThat(second.figures().cachedTokens()).isGreaterThan(turn - 20);
  }

  @Test
  void aContinuedConversationAnswersAsAFreshEngineDoes() {
    List<Message> messages = List.of(Message.user("What is two plus two?"), Message.assistant("Four."),
        Message.user("And three plus three?"));
    String warm = text(events(GenerationRequest.chat(messages).withMaxTokens(20)));
    try (Engine fresh = Engine.embedded();
        Generation generation = fresh.generate(GenerationRequest.chat(messages).withMaxTokens(20))) {
      assertThat(warm).isEqualTo(generation.text());
    }
  }

  @Test
  void aSeedGivesTheSameTextEachTime() {
    SamplerSettings sampling = new SamplerSettings(0.8, 0.95, 0, 1, 40, 0, 0.1, List.of());
    GenerationRequest request = GenerationRequest.chat(QUESTION).withMaxTokens(20).withSampling(sampling);
    String one = text(events(request.withSeed(1L)));
    assertThat(text(events(request.withSeed(1L)))).isEqualTo(one);
    assertThat(text(events(request.withSeed(2L)))).isNotEqualTo(one);
  }

  @Test
  void logprobsAreThoseOfTheWholeVocabulary() {
    List<Token> tokens = tokens(events(GenerationRequest.chat(QUESTION).withMaxTokens(5)));
    assertThat(tokens).allSatisfy(token -> assertThat(token.logprob()).isNegative().isGreaterThan(-5f));
    assertThat(tokens.get(1).text()).isEqualTo(" answer");
  }

  @Test
  void aStopStringEndsTheAnswerInTheMiddleOfATokenAndIsNotInIt() {
    List<GenerationEvent> events = events(
        GenerationRequest.chat(QUESTION).withMaxTokens(40).withStopStrings(List.of("nothing", "cate dan", "dance")));
    assertThat(text(events)).isEqualTo("The answer to this question lies in the intri");
    assertThat(finished(events).reason()).isEqualTo(StopReason.STOP_STRING);
    assertThat(finished(events).stopString()).isEqualTo("cate dan");
    assertThat(tokens(events).stream().map(Token::id)).isEqualTo(FIRST_IDS.subList(0, 10)); // to " dance"
    assertThat(finished(events).figures().generationTokens()).isEqualTo(10);
  }

  @Test
  void theMostLikelyTokensAreReportedInOrder() {
    for (Token token : tokens(events(GenerationRequest.chat(QUESTION).withMaxTokens(5).withTopLogprobs(4)))) {
      assertThat(token.topLogprobs()).hasSize(4).isSortedAccordingTo((a, b) -> Float.compare(b.logprob(), a.logprob()));
      assertThat(token.topLogprobs().getFirst().id()).isEqualTo(token.id());
      assertThat(token.topLogprobs().getFirst().text()).isEqualTo(token.text());
      assertThat(token.topLogprobs().getFirst().logprob()).isEqualTo(token.logprob());
    }
  }

  @Test
  void anAnswerWithoutALimitEndsWithTheModelsWord() {
    List<GenerationEvent> events =
        events(GenerationRequest.chat("Say only the word: yes").withMaxTokens(GenerationRequest.UNLIMITED));
    assertThat(finished(events).reason()).isEqualTo(StopReason.EOS_TOKEN);
  }

  /** 46,080 bytes a token: 30 layers, 3 heads of 64, keys and values of 4 bytes. */
  @Test
  void aBudgetBoundsTheContextAndRefusesWhatCannotFit() {
    EngineOptions small = withBudget(3 * 256 * 46_080);
    try (Engine engine = Engine.load((String) null, small)) {
      assertThat(engine.contextLength()).isEqualTo(768);
      assertThatExceptionOfType(InvalidRequestException.class)
          .isThrownBy(() -> engine.generate(GenerationRequest.of(new Prompt.Tokens(new int[800]))))
          .withMessage("prompt must be at most 768 tokens, which is what the memory budget holds, but is 800");
    }
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> Engine.load((String) null, withBudget(1_000_000)))
        .withMessageContaining("memory_budget must be at least 11796480 bytes");
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> Engine.load((String) null, withBudget(Runtime.getRuntime().maxMemory() + 1)))
        .withMessageContaining("give it more with -Xmx");
  }

  private static EngineOptions withBudget(long bytes) {
    EngineOptions all = EngineOptions.DEFAULT;
    return new EngineOptions(all.ops(), all.threads(), all.allowedConfigKeys(), all.chatTemplate(), all.kv(),
        all.draftModel(), bytes, all.maxSequences(), all.visionReference(), all.log(), all.warn());
  }

  @Test
  void anAnswerCanBeCancelledAndGoneOnWith() {
    GenerationRequest request = GenerationRequest.chat("Tell me a long story.").withMaxTokens(200);
    StringBuilder heard = new StringBuilder();
    StopReason reason = null;
    try (Generation generation = engine.generate(request)) {
      for (GenerationEvent event : generation) {
        if (event instanceof Text part && heard.append(part.text()).length() > 20) {
          generation.cancel();
        }
        reason = event instanceof Finished end ? end.reason() : reason;
      }
    }
    assertThat(reason).isEqualTo(StopReason.USER_CANCELLED);
    Finished again = finished(events(request.withMaxTokens(1)));
    assertThat(again.figures().cachedTokens()).isEqualTo(again.figures().promptTokens() - 1);
  }

  @Test
  void generationsOfSeveralThreadsDoNotDisturbOneAnother() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Callable<String> ask = () -> text(events(GenerationRequest.chat(QUESTION).withMaxTokens(40)));
      for (Future<String> answer : threads.invokeAll(List.of(ask, ask, ask))) {
        assertThat(answer.get()).isEqualTo(ANSWER);
      }
    }
  }

  @Test
  void anAnswerCanBeBegun() {
    Prompt begun = new Prompt.Chat(List.of(Message.user(QUESTION)), "The answer to this question", Map.of());
    assertThat(text(events(GenerationRequest.of(begun).withMaxTokens(35)))).isEqualTo(
        ANSWER.substring("The answer to this question".length()));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refuses(GenerationRequest.text(""), "prompt", "must not be empty");
    refuses(GenerationRequest.text("word ".repeat(9000)), "prompt", "at most 8192 tokens");
    refuses(GenerationRequest.of(new Prompt.Tokens(1, 49152)), "prompt", "one is 49152");
    SamplerSettings everything = new SamplerSettings(1, 0, 0, 1, 49152, 0, 0.1, List.of());
    refuses(GenerationRequest.chat(QUESTION).withSampling(everything), "top_k", "below the vocabulary's 49152");
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> GenerationRequest.chat(QUESTION).withMaxTokens(0))
        .withMessage("max_tokens must be at least 1 but is 0");
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> engine.tokenId("no such token"))
        .withMessageContaining("\"no such token\"");
  }

  private static void refuses(GenerationRequest request, String parameter, String problem) {
    assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> engine.generate(request))
        .satisfies(e -> assertThat(e.parameter()).isEqualTo(parameter)).withMessageContaining(problem);
  }

  /** A model of zeros, to which every token is as likely as any other, with a context of 20 positions. */
  @Test
  void aFullContextEndsTheAnswer(@TempDir Path folder) throws IOException {
    new TinyCheckpoint().config("vocab_size", "49152").config("max_position_embeddings", "20")
        .tensor("model.embed_tokens.weight", 49152, 64).write(folder);
    Files.copy(Path.of("models/SmolLM2-135M-Instruct-4bit/tokenizer.json"), folder.resolve("tokenizer.json"));
    SamplerSettings sampling = new SamplerSettings(1, 0, 0, 1, 0, 0, 0.1, List.of());
    try (Engine small = Engine.load(folder)) {
      GenerationRequest request = GenerationRequest.of(new Prompt.Tokens(new int[18])).withSampling(sampling);
      List<GenerationEvent> events = new ArrayList<>();
      small.generate(request.withSeed(1L)).forEach(events::add);
      assertThat(finished(events).reason()).isEqualTo(StopReason.CONTEXT_FULL);
      assertThat(finished(events).figures().generationTokens()).isEqualTo(3); // the last one is not read any more
      assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> small.generate(GenerationRequest.chat("Hi")))
          .withMessageContaining("no chat template");
    }
  }

  @Test
  void aClosedEngineSaysSo() {
    Engine closed = Engine.embedded();
    Generation generation = closed.generate(GenerationRequest.chat(QUESTION));
    closed.close();
    assertThatIllegalStateException().isThrownBy(generation::text).withMessage("this engine is closed");
    assertThatIllegalStateException().isThrownBy(() -> closed.generate(GenerationRequest.chat(QUESTION)))
        .withMessage("this engine is closed");
  }

  @Test
  void aGenerationIsIteratedOverOnce() {
    try (Generation generation = engine.generate(GenerationRequest.chat(QUESTION).withMaxTokens(1))) {
      generation.text();
      assertThatIllegalStateException().isThrownBy(generation::iterator);
    }
  }

  @Test
  void aPathIsAFolderAndNoNameOfAModel() {
    assertThatExceptionOfType(QuipuException.class)
        .isThrownBy(() -> Engine.load(Path.of("SmolLM2-135M-Instruct-4bit")).close())
        .withMessage("SmolLM2-135M-Instruct-4bit: there is no such folder");
  }

  @Test
  void whatFollowsACacheFileIsWhatFollowsItsText(@TempDir Path folder) {
    Prompt.Text beginning = new Prompt.Text("Once upon a time there was");
    Prompt.Text end = new Prompt.Text(" a small house");
    int[] ids = IntStream.concat(IntStream.of(engine.encode(beginning)), IntStream.of(engine.encode(end))).toArray();
    List<Token> whole = tokens(events(GenerationRequest.of(new Prompt.Tokens(ids)).withMaxTokens(4)));
    Path file = folder.resolve("prompt.safetensors");
    try (Engine fresh = Engine.embedded()) {
      fresh.savePromptCache(beginning, file, (_, _) -> {});
      try (PromptCacheFile cache = fresh.openPromptCache(file);
          Engine other = Engine.embedded();
          Generation generation =
              other.generate(GenerationRequest.of(new Prompt.Continued(cache, end)).withMaxTokens(4))) {
        List<GenerationEvent> events = new ArrayList<>();
        generation.forEach(events::add);
        assertThat(tokens(events)).isEqualTo(whole);
        assertThat(finished(events).figures().cachedTokens()).isEqualTo(ids.length - engine.encode(end).length);
      }
    }
  }
}
