package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.generate.GenerationEvent.TopLogprob;
import dev.quipu.generate.Speculation.Acceptance;
import dev.quipu.mask.Position;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.support.JsonTokenizer;
import dev.quipu.support.LlPosition;
import dev.quipu.support.TinyModel;
import dev.quipu.tensor.KvSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A tiny model of random weights that has to write what a small grammar says. */
class ConstraintTest {

  private static final Position START = LlPosition.of("{\"name\":\"S,\"age\":N,\"nulléabc\":V,\"e\":[1,V]}");
  private static final SamplerSettings WARM = new SamplerSettings(1, 0, 0, 1, 0, 0, 0.1, List.of());
  private static final GenerationRequest REQUEST = GenerationRequest.text("").withMaxTokens(300)
      .withExtraEosTokens(Set.of(JsonTokenizer.END)).withConstraint(Constraint.of(START));

  private static TinyEngine engine;

  @BeforeAll
  static void load() {
    engine = new TinyEngine(TinyModel.Kind.GEMMA, KvSettings.FLOAT32, JsonTokenizer.load());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private record Answer(String text, List<Token> tokens, Finished end) {

    List<Integer> ids() {
      return tokens.stream().map(Token::id).toList();
    }
  }

  private static Answer answer(TinyEngine.Session session, int[] prompt, GenerationRequest request, int context) {
    StringBuilder text = new StringBuilder();
    List<Token> tokens = new ArrayList<>();
    Finished end = null;
    try (Generation generation = session.generate(prompt, request, context)) {
      for (GenerationEvent event : generation) {
        switch (event) {
          case Text part -> {
            text.append(part.text());
            tokens.addAll(part.tokens());
          }
          case Finished finished -> end = finished;
          default -> {}
        }
      }
    }
    return new Answer(text.toString(), tokens, end);
  }

  private static Answer answer(int[] prompt, GenerationRequest request) {
    try (TinyEngine.Session session = engine.session(100)) {
      return answer(session, prompt, request, TinyEngine.CONTEXT);
    }
  }

  private static int[] prompt(int seed) {
    Random random = new Random(seed);
    return random.ints(1 + random.nextInt(40), 0, TinyModel.VOCAB).toArray();
  }

  private static boolean accepts(Position start, String text) {
    Position at = start;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      at = at == null ? null : at.next(b & 255);
    }
    return at != null && at.complete();
  }

  @Test
  void everyFinishedTextIsWhatIsDemandedAndEveryOtherSaysSo() {
    int finished = 0;
    for (int seed = 0; seed < 40; seed++) {
      Answer answer = answer(prompt(seed), REQUEST.withSampling(WARM).withSeed((long) seed));
      boolean ended = answer.end.reason() == StopReason.DOCUMENT_COMPLETE;
      assertThat(accepts(START, answer.text)).as(answer.text).isEqualTo(ended);
      assertThat(answer.end.incomplete()).isEqualTo(!ended);
      assertThat(ended || answer.end.reason() == StopReason.TOKEN_LIMIT).isTrue();
      finished += ended ? 1 : 0;
    }
    assertThat(finished).isGreaterThan(20);
  }

  @Test
  void theEndTokenComesWhereTheTextIsCompleteAndCouldGoOn() {
    Position number = LlPosition.of("12N");
    Set<StopReason> reasons = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      Answer answer = answer(prompt(seed), REQUEST.withConstraint(Constraint.of(number)).withSampling(WARM)
          .withSeed((long) seed));
      assertThat(answer.text).matches("12[0-9]+");
      assertThat(answer.end.incomplete()).isFalse();
      reasons.add(answer.end.reason());
    }
    assertThat(reasons).contains(StopReason.EOS_TOKEN);
  }

  @Test
  void whatMustFollowIsTakenWithoutTheModel() {
    GenerationRequest request = REQUEST.withMaxTokens(60).withTopLogprobs(1);
    Answer forced = answer(prompt(1), request);
    Answer asked = answer(prompt(1), request.withConstraint(Constraint.of(START).withForcedTokens(false)));
    String name = "{\"name\":"; // the quotes around the name may be one token with what is free
    assertThat(forced.text).startsWith(name);
    assertThat(asked.text).startsWith(name);
    assertThat(forced.tokens.subList(0, 2)).extracting(Token::text).containsExactly("{\"", "name");
    assertThat(forced.tokens.getFirst().topLogprobs()).extracting(TopLogprob::logprob).containsExactly(0f);
    assertThat(asked.tokens.getFirst().logprob()).isNegative();
  }

  /** Where the text can be spelled in one way only; else the model may spell it in other tokens than the tokenizer. */
  @Test
  void whetherTokensAreForcedChangesNothing() {
    Constraint constraint = Constraint.of(LlPosition.of("qwzS"));
    for (int seed = 0; seed < 20; seed++) {
      GenerationRequest request = REQUEST.withSampling(WARM).withSeed((long) seed);
      Answer forced = answer(prompt(seed), request.withConstraint(constraint));
      Answer asked = answer(prompt(seed), request.withConstraint(constraint.withForcedTokens(false)));
      assertThat(forced.ids()).isEqualTo(asked.ids());
      assertThat(forced.end.reason()).isEqualTo(asked.end.reason());
      assertThat(forced.tokens.getFirst().logprob()).isZero();
    }
  }

  @Test
  void speculationChangesNothing() {
    for (int seed = 0; seed < 15; seed++) {
      for (boolean forced : new boolean[] {true, false}) {
        GenerationRequest request = REQUEST.withMaxTokens(80).withSampling(seed % 3 == 0 ? SamplerSettings.GREEDY : WARM)
            .withSeed((long) seed).withTopLogprobs(2)
            .withConstraint(Constraint.of(START).withForcedTokens(forced).withFinish(seed % 2 == 0))
            .withPenalties(new PenaltySettings(Map.of(3, 1.5), 1.2, 30, 0.1, 20, 0.05, 0));
        Answer alone = answer(prompt(seed), request.withSpeculation(Speculation.OFF));
        Answer drafted =
            answer(prompt(seed), request.withSpeculation(new Speculation(true, 0, 4, Acceptance.EXACT)));
        Answer lookedUp =
            answer(prompt(seed), request.withSpeculation(new Speculation(false, 1, 4, Acceptance.EXACT)));
        assertSame(drafted, alone);
        assertSame(lookedUp, alone);
        Answer rejection =
            answer(prompt(seed), request.withSpeculation(new Speculation(true, 0, 4, Acceptance.REJECTION)));
        assertThat(accepts(START, rejection.text)).isEqualTo(!rejection.end.incomplete());
      }
    }
  }

  private static void assertSame(Answer answer, Answer expected) {
    assertThat(answer.text).isEqualTo(expected.text);
    assertThat(answer.ids()).isEqualTo(expected.ids());
    assertThat(answer.tokens).extracting(Token::logprob)
        .isEqualTo(expected.tokens.stream().map(Token::logprob).toList());
    assertThat(answer.end.reason()).isEqualTo(expected.end.reason());
    assertThat(answer.end.incomplete()).isEqualTo(expected.end.incomplete());
  }

  @Test
  void whatIsComputedTogetherIsWhatIsComputedAlone() {
    List<GenerationRequest> requests = IntStream.range(0, 6).mapToObj(i -> REQUEST.withMaxTokens(60)
        .withSampling(WARM).withSeed((long) i)
        .withConstraint(i == 2 ? null : Constraint.of(START).withForcedTokens(i % 2 == 0))).toList();
    try (TinyEngine.Session session = engine.session(300)) {
      List<CompletableFuture<Answer>> together = IntStream.range(0, 6).mapToObj(i -> CompletableFuture.supplyAsync(
          () -> answer(session, prompt(i), requests.get(i), TinyEngine.CONTEXT))).toList();
      for (int i = 0; i < 6; i++) {
        assertSame(together.get(i).join(), answer(prompt(i), requests.get(i)));
      }
    }
  }

  @Test
  void aTextIsFinishedWithinEachBudgetFromTheShortestOn() {
    int shortest = shortest();
    for (int budget = shortest; budget < shortest + 40; budget++) {
      for (int seed = 0; seed < 3; seed++) {
        GenerationRequest request = REQUEST.withMaxTokens(budget).withSampling(WARM).withSeed((long) seed)
            .withConstraint(Constraint.of(START).withFinish(true).withForcedTokens(seed != 1));
        Answer answer = answer(prompt(seed), request);
        assertThat(accepts(START, answer.text)).as("%d: %s", budget, answer.text).isTrue();
        assertThat(answer.tokens.size()).isLessThanOrEqualTo(budget);
        assertThat(answer.end.incomplete()).isFalse();
        Answer unlimited;
        try (TinyEngine.Session session = engine.session(100)) { // the same budget by a short context
          int[] prompt = prompt(seed);
          unlimited = answer(session, prompt, request.withMaxTokens(GenerationRequest.UNLIMITED),
              prompt.length + budget - 1);
        }
        assertThat(unlimited.ids()).isEqualTo(answer.ids());
        assertThat(unlimited.end.reason()).isEqualTo(answer.end.reason() == StopReason.TOKEN_LIMIT
            ? StopReason.CONTEXT_FULL : answer.end.reason());
      }
    }
  }

  /** By trial: one token less is refused before anything is computed. */
  private static int shortest() {
    int budget = 1;
    while (true) {
      try {
        answer(prompt(0), REQUEST.withMaxTokens(budget).withConstraint(Constraint.of(START).withFinish(true)));
        return budget;
      } catch (InvalidRequestException e) {
        assertThat(e.parameter()).isEqualTo("max_tokens");
        assertThat(e.problem()).contains("there is room for " + budget);
        budget++;
      }
    }
  }

  @Test
  void contextsMayOverflowOnTheWay() {
    for (ContextOverflow overflow : List.of(ContextOverflow.ROLLING_WINDOW, ContextOverflow.TRUNCATE_MIDDLE)) {
      for (int seed = 0; seed < 10; seed++) {
        GenerationRequest request = REQUEST.withMaxTokens(90).withOverflow(overflow).withSampling(WARM)
            .withSeed((long) seed).withConstraint(Constraint.of(START).withFinish(seed % 2 == 0));
        try (TinyEngine.Session session = engine.session(100)) {
          Answer answer = answer(session, new int[] {1, 2, 3}, request, 24);
          assertThat(accepts(START, answer.text)).isEqualTo(!answer.end.incomplete());
          assertThat(seed % 2 == 0 && answer.end.incomplete()).isFalse();
        }
      }
    }
  }

  @Test
  void aStopStringMayCutTheText() {
    Answer cut = answer(prompt(1), REQUEST.withStopStrings(List.of("me\":")));
    assertThat(cut.text).isEqualTo("{\"na");
    assertThat(cut.end.reason()).isEqualTo(StopReason.STOP_STRING);
    assertThat(cut.end.incomplete()).isTrue();
    Answer whole = answer(prompt(1), REQUEST.withConstraint(Constraint.of(LlPosition.of("12N")))
        .withStopStrings(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")));
    assertThat(whole.text).isEmpty();
    assertThat(whole.end.incomplete()).isTrue();
  }

  @Test
  void aBiasAgainstAllThatIsAllowedEndsTheRequestWithAnError() {
    Map<Integer, Double> bias = new HashMap<>();
    IntStream.range(0, TinyModel.VOCAB).forEach(id -> bias.put(id, Double.NEGATIVE_INFINITY));
    GenerationRequest request = REQUEST.withPenalties(new PenaltySettings(bias, 0, 20, 0, 20, 0, 20));
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> answer(prompt(1), request))
        .withMessageContaining("no token can be chosen").withMessageContaining("logit_bias");
  }

  @Test
  void aSamplerThatDisobeysEndsTheRequest() {
    GenerationRequest request = REQUEST.withCustom(new GenerationRequest.Custom(List.of(), (_, _, _, _) -> 7));
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> answer(prompt(1), request))
        .withMessageContaining("token 7 was chosen, which the constraint does not allow");
  }

  @Test
  void aHostilePositionEndsItsOwnRequestAlone() {
    try (TinyEngine.Session session = engine.session(300)) {
      GenerationRequest good = REQUEST.withMaxTokens(60).withSampling(WARM).withSeed(1L);
      CompletableFuture<Answer> other =
          CompletableFuture.supplyAsync(() -> answer(session, prompt(1), good, TinyEngine.CONTEXT));
      for (int calls : List.of(0, 1, 500, 5000, 20_000)) {
        Hostile hostile = new Hostile(START, new int[] {calls});
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> answer(session, prompt(2),
            REQUEST.withConstraint(Constraint.of(hostile)), TinyEngine.CONTEXT));
      }
      assertSame(other.join(), answer(prompt(1), good));
    }
  }

  /** Fails after so many calls. */
  private record Hostile(Position position, int[] left) implements Position {

    @Override
    public Position next(int b) {
      if (left[0]-- <= 0) {
        throw new StackOverflowError();
      }
      Position next = position.next(b);
      return next == null ? null : new Hostile(next, left);
    }

    @Override
    public boolean complete() {
      return position.complete();
    }
  }

  @Test
  void nothingIsComputedForATextThatIsThereAlready() {
    Answer answer = answer(prompt(1), REQUEST.withConstraint(Constraint.of(LlPosition.of(""))));
    assertThat(answer.tokens).isEmpty();
    assertThat(answer.end.reason()).isEqualTo(StopReason.DOCUMENT_COMPLETE);
    Answer fixed = answer(prompt(1), REQUEST.withConstraint(Constraint.of(LlPosition.of("{\"name\":null}"))));
    assertThat(fixed.text).isEqualTo("{\"name\":null}");
    assertThat(fixed.tokens).extracting(Token::logprob).containsOnly(0f);
  }
}
