package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.support.TinyModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dquipu.requests=N} says how many requests run together, of all kinds of models. */
class SchedulerTest {

  private static final int REQUESTS = Integer.getInteger("quipu.requests", 240) / TinyModel.Kind.values().length;

  private static final TinyEngine LLAMA = new TinyEngine(TinyModel.Kind.LLAMA);

  @AfterAll
  static void close() {
    LLAMA.close();
  }

  private static int[] tokens(Random random, int count) {
    return random.ints(count, 0, TinyModel.VOCAB).toArray();
  }

  private static GenerationRequest request(Random random) {
    SamplerSettings sampling = random.nextInt(3) == 0 ? SamplerSettings.GREEDY
        : new SamplerSettings(0.5 + random.nextDouble(), 0.9, 0, 1, 0, 0, 0.1, List.of());
    PenaltySettings penalties = random.nextBoolean() ? PenaltySettings.NONE
        : new PenaltySettings(Map.of(), 1.1, 20, 0, 20, 0.2, 20);
    return GenerationRequest.text("").withMaxTokens(1 + random.nextInt(60)).withSampling(sampling)
        .withPenalties(penalties).withSeed(random.nextLong()).withPrefillStepSize(1 + random.nextInt(200))
        .withSpeculation(random.nextBoolean() ? Speculation.OFF : new Speculation(
            random.nextBoolean(), 2, 3, Speculation.Acceptance.EXACT));
  }

  /**
   * Fifteen at a time over eight places, so that some join while others run; each has its own of everything. Beginnings
   * of prompts are shared, but no prompt goes on as another's answer does: what was generated has other numbers than
   * the same tokens in a prompt.
   */
  @ParameterizedTest
  @EnumSource
  void eachOfManySaysWhatItSaysAlone(TinyModel.Kind kind) throws Exception {
    Random random = new Random(11);
    List<int[]> prompts = new ArrayList<>();
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      prompts.add(prompt(random, i));
      requests.add(request(random));
    }
    try (TinyEngine engine = new TinyEngine(kind); TinyEngine.Session together = engine.session(200);
        ExecutorService threads = Executors.newFixedThreadPool(15)) {
      List<Future<List<Token>>> answers = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        int request = i;
        answers.add(threads.submit(() -> together.answer(prompts.get(request), requests.get(request))));
      }
      for (int i = 0; i < prompts.size(); i++) {
        List<Token> got = answers.get(i).get();
        try (TinyEngine.Session alone = engine.session(200)) {
          List<Token> want = alone.answer(prompts.get(i), requests.get(i).withSpeculation(Speculation.OFF));
          assertThat(got).extracting(Token::id).isEqualTo(want.stream().map(Token::id).toList());
          assertThat(got).extracting(Token::logprob).isEqualTo(want.stream().map(Token::logprob).toList());
        }
      }
    }
  }

  /** One of three beginnings or none, and then two tokens that only this one has there. */
  private static int[] prompt(Random random, int i) {
    int[] stem = tokens(new Random(i % 4), i % 4 * 20);
    int[] rest = tokens(random, 2 + random.nextInt(i % 5 == 0 ? 400 : 60));
    rest[0] = i % TinyModel.VOCAB;
    rest[1] = i / TinyModel.VOCAB % TinyModel.VOCAB;
    return IntStream.concat(Arrays.stream(stem), Arrays.stream(rest)).toArray();
  }

  @Test
  void oneThatThrowsEndsAlone() {
    try (TinyEngine.Session session = LLAMA.session(100)) {
      GenerationRequest bad = GenerationRequest.text("").withMaxTokens(50).withCustom(new GenerationRequest.Custom(
          List.of((_, count, logits, offset, vocabulary) -> {
            logits[offset + vocabulary - 1] = 1e9f; // on its own copy
            if (count == 15) {
              throw new IllegalArgumentException("no");
            }
          }), null));
      GenerationRequest good = GenerationRequest.text("").withMaxTokens(40).withSpeculation(Speculation.OFF);
      List<Token> alone = session.answer(new int[] {7, 8, 9}, good);
      try (Generation one = session.generate(new int[] {1, 2, 3}, bad);
          Generation other = session.generate(new int[] {7, 8, 9}, good)) {
        Iterator<GenerationEvent> otherEvents = other.iterator();
        assertThatThrownBy(one::text).isInstanceOf(IllegalArgumentException.class).hasMessage("no");
        List<Token> got = new ArrayList<>();
        otherEvents.forEachRemaining(event -> got.addAll(event instanceof Text t ? t.tokens() : List.of()));
        assertThat(got).isEqualTo(alone);
      }
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aProcessorMayCloseItsOwnGeneration() {
    try (TinyEngine.Session session = LLAMA.session(100)) {
      Generation[] own = new Generation[1];
      GenerationRequest request = GenerationRequest.text("").withMaxTokens(50).withCustom(new GenerationRequest.Custom(
          List.of((_, count, _, _, _) -> {
            if (count == 10) {
              own[0].close();
            }
          }), null));
      own[0] = session.generate(new int[] {1, 2, 3}, request);
      GenerationEvent last = null;
      for (GenerationEvent event : own[0]) {
        last = event;
      }
      assertThat(((Finished) last).reason()).isEqualTo(StopReason.USER_CANCELLED);
    }
  }

  @Test
  void aReaderThatStopsHoldsNobodyUp() {
    try (TinyEngine.Session session = LLAMA.session(100)) {
      GenerationRequest endless = GenerationRequest.text("").withMaxTokens(2000).withStopStrings(List.of());
      Generation slow = session.generate(new int[] {1, 2}, endless);
      Iterator<GenerationEvent> events = slow.iterator();
      events.next();
      assertThat(session.answer(new int[] {3, 4}, GenerationRequest.text("").withMaxTokens(30))).hasSize(30);
      slow.close();
      GenerationEvent last = null;
      while (events.hasNext()) {
        last = events.next();
      }
      assertThat(((Finished) last).reason()).isEqualTo(StopReason.USER_CANCELLED);
    }
  }

  @Test
  void oneThatWaitsForRoomBeginsWhenAnotherEnds() throws Exception {
    try (TinyEngine.Session session = LLAMA.session(4); ExecutorService threads = Executors.newFixedThreadPool(3)) {
      GenerationRequest request = GenerationRequest.text("").withMaxTokens(20);
      List<Future<List<Token>>> answers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int[] prompt = tokens(new Random(i), 600); // three blocks each
        answers.add(threads.submit(() -> session.answer(prompt, request)));
      }
      for (Future<List<Token>> answer : answers) {
        assertThat(answer.get()).hasSize(20);
      }
    }
  }

  @Test
  void closingEndsThoseThatRunAndThoseThatWait() {
    TinyEngine.Session session = LLAMA.session(4);
    GenerationRequest request = GenerationRequest.text("").withMaxTokens(900);
    Iterator<GenerationEvent> running = session.generate(new int[] {1}, request).iterator();
    Iterator<GenerationEvent> waiting = session.generate(new int[] {2}, request).iterator();
    running.next();
    session.close();
    assertThatIllegalStateException().isThrownBy(() -> running.forEachRemaining(_ -> {}))
        .withMessage("this engine is closed");
    assertThatIllegalStateException().isThrownBy(() -> waiting.forEachRemaining(_ -> {}))
        .withMessage("this engine is closed");
    assertThatIllegalStateException().isThrownBy(() -> session.generate(new int[] {3}, request).iterator());
  }

  @Test
  void aGenerationClosedBeforeItBeganCannotBegin() {
    try (TinyEngine.Session session = LLAMA.session(4)) {
      Generation generation = session.generate(new int[] {1}, GenerationRequest.text(""));
      generation.close();
      assertThatIllegalStateException().isThrownBy(generation::iterator).withMessage("this generation is closed");
    }
  }
}
