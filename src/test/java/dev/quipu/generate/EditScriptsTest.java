package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.sample.LogitsProcessor;
import dev.quipu.sample.PenaltySettings;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.support.JsonTokenizer;
import dev.quipu.support.LlPosition;
import dev.quipu.support.TinyModel;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of conversations: longer, edited, branched, asked again, cancelled while the prompt is read and
 * while it answers, with a processor that throws, held to a constraint, and with memory for all or for little. Each answer must be, to the
 * bit, what a model says that computes the whole text anew: prompts as prompts, what was generated token by token.
 *
 * <p>{@code -Dquipu.scripts=N} says how many histories, of all kinds together.
 */
class EditScriptsTest {

  private static final List<KvSettings> SETTINGS = List.of(KvSettings.FLOAT32, KvSettings.of(DType.BF16),
      KvSettings.packed(4, 32, 0), KvSettings.packed(8, 32, 400), KvSettings.rotating(DType.F32, 60, 4),
      KvSettings.rotating(DType.F16, 500, 300));
  private static final int SCRIPTS = Math.ceilDiv(
      Integer.getInteger("quipu.scripts", 480), TinyModel.Kind.values().length * SETTINGS.size());
  private static final int LONGEST = 1500; // past what a sliding layer keeps

  static Stream<Arguments> models() {
    return Stream.of(TinyModel.Kind.values())
        .flatMap(kind -> SETTINGS.stream().map(settings -> Arguments.of(kind, settings)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyAnswerIsThatOfAColdReplay(TinyModel.Kind kind, KvSettings settings) {
    try (TinyEngine engine = new TinyEngine(kind, settings, JsonTokenizer.load())) {
      for (int seed = 0; seed < SCRIPTS; seed++) {
        new Script(engine, seed).run();
      }
    }
  }

  private static final class Script {

    private final TinyEngine engine;
    private final Random random;
    private final TinyEngine.Session session;
    private final List<int[]> conversations = new ArrayList<>();
    private final String name;

    Script(TinyEngine engine, int seed) {
      this.engine = engine;
      this.random = new Random(seed);
      this.name = "script " + seed;
      this.session = engine.session(random.nextBoolean() ? 100 : 7 + random.nextInt(6));
      conversations.add(tokens(1 + random.nextInt(400)));
    }

    void run() {
      try (session) {
        for (int step = 0; step < 4 + random.nextInt(4); step++) {
          int which = random.nextInt(conversations.size());
          int[] text = next(conversations.get(which));
          int[] after = answer(text, name + ", step " + step);
          if (random.nextInt(4) == 0) {
            conversations.add(after);
          } else {
            conversations.set(which, after);
          }
        }
      }
    }

    /** The text with something done to it: longer, edited, the same again, or the beginning of another. */
    private int[] next(int[] text) {
      int[] changed = switch (random.nextInt(4)) {
        case 0 -> text;
        case 1 -> joined(Arrays.copyOf(text, random.nextInt(text.length)), tokens(1 + random.nextInt(60)));
        default -> joined(text, tokens(1 + random.nextInt(random.nextInt(5) == 0 ? 700 : 40)));
      };
      return changed.length > LONGEST ? Arrays.copyOf(changed, LONGEST / 4) : changed;
    }

    private int[] tokens(int count) {
      return random.ints(count, 0, TinyModel.VOCAB).toArray();
    }

    private static int[] joined(int[] a, int[] b) {
      return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }

    /** Has the text answered, perhaps not to the end, and compares; returns the text with its answer. */
    private int[] answer(int[] text, String step) {
      int throwsAt = random.nextInt(12) == 0 ? text.length + random.nextInt(5) : Integer.MAX_VALUE;
      GenerationRequest request = request(text, throwsAt);
      int cancelAt = random.nextInt(4) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
      TinyEngine.Replay replay = session.replay(text, request);
      List<Token> got = new ArrayList<>();
      boolean threw = false;
      try (Generation generation = session.generate(text, request)) {
        int events = 0;
        for (GenerationEvent event : generation) {
          if (events++ == cancelAt) {
            generation.cancel();
          }
          switch (event) {
            case Progress progress -> assertThat(progress.cached()).isEqualTo(replay.cached());
            case GenerationEvent.Looking looking -> fail("there is no image: " + looking);
            case Text part -> got.addAll(part.tokens());
            case Finished end -> assertThat(end.reason()).isIn(
                StopReason.TOKEN_LIMIT, StopReason.USER_CANCELLED, StopReason.DOCUMENT_COMPLETE);
          }
        }
      } catch (Thrown e) {
        threw = true;
      }
      boolean mustThrow = throwsAt < text.length + request.maxTokens();
      assertThat(threw).isEqualTo(mustThrow && (threw || cancelAt == Integer.MAX_VALUE)); // unless cancelled before
      for (int i = 0; i < got.size(); i++) {
        Token want = replay.next();
        assertThat(got.get(i).id()).as("%s, token %d of %d", step, i, text.length).isEqualTo(want.id());
        assertThat(got.get(i).logprob()).as("%s, token %d of %d", step, i, text.length).isEqualTo(want.logprob());
      }
      return joined(text, got.stream().mapToInt(Token::id).toArray());
    }

    private GenerationRequest request(int[] text, int throwsAt) {
      SamplerSettings sampling = random.nextBoolean() ? SamplerSettings.GREEDY
          : new SamplerSettings(0.9, 0.95, 0, 1, 0, random.nextBoolean() ? 0 : 0.5, 0.05, List.of());
      PenaltySettings penalties = random.nextInt(3) > 0 ? PenaltySettings.NONE
          : new PenaltySettings(Map.of(3, 1.5), 1.2, 30, 0.1, 20, 0.05, 0);
      LogitsProcessor thrower = (_, count, _, _, _) -> {
        if (count == throwsAt) {
          throw new Thrown();
        }
      };
      return GenerationRequest.of(new Prompt.Tokens(text)).withMaxTokens(1 + random.nextInt(12))
          .withSampling(sampling).withPenalties(penalties).withSeed(random.nextLong())
          .withPrefillStepSize(1 + random.nextInt(random.nextBoolean() ? 600 : 50))
          .withCustom(new GenerationRequest.Custom(List.of(thrower), null))
          .withSpeculation(speculation())
          .withConstraint(throwsAt < Integer.MAX_VALUE || random.nextInt(3) > 0 ? null : constraint());
    }

    private Constraint constraint() {
      String[] texts = {"{\"name\":\"S,\"true\":V}", "[V,1212121212,\"abc\",V,[V]]", "S12N", "éS"};
      return Constraint.of(LlPosition.of(texts[random.nextInt(texts.length)])).withForcedTokens(random.nextInt(4) > 0);
    }

    private Speculation speculation() {
      return random.nextBoolean() ? Speculation.OFF : new Speculation(
          random.nextBoolean(), 1 + random.nextInt(2), 1 + random.nextInt(6), Speculation.Acceptance.EXACT);
    }
  }

  private static final class Thrown extends RuntimeException {}
}
