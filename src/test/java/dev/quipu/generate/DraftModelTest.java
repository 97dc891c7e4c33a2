package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.generate.Speculation.Acceptance;
import dev.quipu.language.EcmaPattern;
import dev.quipu.language.TextPosition;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.support.JsonTokenizer;
import dev.quipu.support.TinyModel;
import dev.quipu.tensor.KvSettings;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The draft of {@link TinyEngine} is the model itself, so that all that it guesses is right, if it guesses as it
 * should.
 */
class DraftModelTest {

  private static final SamplerSettings WARM = new SamplerSettings(1.2, 0.95, 0, 1, 0, 0.3, 0.1, List.of());

  private static List<Token> answer(GenerationRequest request) {
    int[] prompt = new Random(3).ints(40, 0, TinyModel.VOCAB).toArray();
    try (TinyEngine engine = new TinyEngine(TinyModel.Kind.GEMMA); TinyEngine.Session session = engine.session(100)) {
      return session.answer(prompt, request);
    }
  }

  @Test
  void aDraftThatKnowsTheModelGuessesWhatASeedGives() {
    GenerationRequest request = GenerationRequest.text("").withMaxTokens(120).withSeed(5L).withSampling(WARM)
        .withPenalties(new PenaltySettings(Map.of(), 1.3, 20, 0, 20, 0, 20));
    List<Token> with = answer(request.withSpeculation(new Speculation(true, 0, 5, Acceptance.EXACT)));
    List<Token> without = answer(request.withSpeculation(Speculation.OFF));
    assertThat(with).extracting(Token::id).isEqualTo(without.stream().map(Token::id).toList());
    assertThat(longestRun(with)).isEqualTo(5);
  }

  /** How many right guesses follow each other: all of a step, if it is as many as there are guesses. */
  private static int longestRun(List<Token> tokens) {
    int run = 0;
    int longest = 0;
    for (Token token : tokens) {
      run = token.fromDraft() ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  @Test
  void guessesAreWhatAConstraintAllowsBehindOneAnother() {
    Constraint constraint = Constraint.of(TextPosition.of(EcmaPattern.whole("(?:[ab][cd]){40}")))
        .withForcedTokens(false);
    GenerationRequest request = GenerationRequest.text("").withMaxTokens(60).withSeed(5L).withSampling(WARM)
        .withExtraEosTokens(Set.of(JsonTokenizer.END)).withConstraint(constraint)
        .withSpeculation(new Speculation(true, 0, 5, Acceptance.EXACT));
    int[] prompt = new Random(3).ints(40, 0, TinyModel.VOCAB).toArray();
    try (TinyEngine engine = new TinyEngine(TinyModel.Kind.GEMMA, KvSettings.FLOAT32, JsonTokenizer.load());
        TinyEngine.Session session = engine.session(100)) {
      assertThat(longestRun(session.answer(prompt, request))).isEqualTo(5);
    }
  }

  @Test
  void byRejectionNearlyAllGuessesOfTheSameModelAreTaken() {
    GenerationRequest request = GenerationRequest.text("").withMaxTokens(300).withSeed(5L).withSampling(WARM);
    List<Token> tokens = answer(request.withSpeculation(new Speculation(true, 0, 4, Acceptance.REJECTION)));
    assertThat(tokens).hasSize(300);
    int rejected = 0; // of runs that guesses began, those shorter than four
    for (int i = 1, run = 0; i < tokens.size(); i++) {
      if (tokens.get(i).fromDraft()) {
        run++;
      } else {
        rejected += run > 0 && run < 4 ? 1 : 0;
        run = 0;
      }
    }
    assertThat(rejected).isLessThan(8);
  }
}
