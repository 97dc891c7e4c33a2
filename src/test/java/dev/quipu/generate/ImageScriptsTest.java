package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.model.Decoder;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.support.TinyVision;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Mat;
import dev.quipu.text.Tokenizer;
import dev.quipu.vision.Image;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories of conversations about a few images, which are shown, shown again, swapped for others of the same
 * size, cut in the middle and forgotten, with answers cancelled while the tower looks, and memory for all or for little.
 * Each answer must be, to the bit, what a model says that computes the whole text and every image anew.
 *
 * <p>{@code -Dquipu.scripts=N} says how many histories, of all kinds together.
 */
class ImageScriptsTest {

  private static final List<KvSettings> SETTINGS =
      List.of(KvSettings.FLOAT32, KvSettings.of(DType.BF16), KvSettings.packed(8, 32, 100));
  private static final int SCRIPTS = Math.ceilDiv(
      Integer.getInteger("quipu.scripts", 120), TinyVision.Kind.values().length * SETTINGS.size());
  private static final int LONGEST = 1000;

  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource
  void everyAnswerIsThatOfAColdReplay(TinyVision.Kind kind) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyVision.write(kind, folder));
        Ops towerOps = OpsProvider.choose(true, 1, _ -> {}, _ -> {})) {
      ModelFamily.Model model = ModelFamily.load(checkpoint, Set.of());
      for (KvSettings settings : SETTINGS) {
        try (TinyEngine engine = new TinyEngine(
            ops -> new Decoder(model.spec(), model.weights(), ops), settings, TinyVision.tokenizer())) {
          for (int seed = 0; seed < SCRIPTS; seed++) {
            new Script(engine, model, towerOps, seed).run();
          }
        }
      }
    }
  }

  /** A piece of a conversation: ids of text, or an image. */
  private record Piece(int[] ids, Image image) {}

  /** One history. */
  private static final class Script {

    private static final List<Image> IMAGES = List.of(TinyVision.image(1, 40, 30), TinyVision.image(2, 40, 30),
        TinyVision.image(3, 16, 35), TinyVision.image(4, 9, 9));

    private final Tokenizer tokenizer = TinyVision.tokenizer();
    private final TinyEngine.Session session;
    private final SeenImages seen;
    private final VisionAddOn cold;
    private final Map<Image, Mat> coldRows = new HashMap<>();
    private final Random random;
    private final String name;
    private final List<List<Piece>> conversations = new ArrayList<>();

    Script(TinyEngine engine, ModelFamily.Model model, Ops ops, int seed) {
      this.name = "script " + seed;
      this.random = new Random(seed);
      this.session = engine.session(random.nextBoolean() ? 100 : 5 + random.nextInt(4));
      VisionReference reference = random.nextBoolean() ? VisionReference.MIXED : VisionReference.HF;
      this.seen = new SeenImages(model.vision().addOn(ops, reference), random.nextInt(3) * 3000L);
      this.cold = model.vision().addOn(ops, reference);
      conversations.add(new ArrayList<>(List.of(text(1 + random.nextInt(100)))));
    }

    void run() {
      try (session) {
        for (int step = 0; step < 5 + random.nextInt(5); step++) {
          int which = random.nextInt(conversations.size());
          List<Piece> pieces = next(conversations.get(which));
          List<Piece> after = answer(pieces, name + ", step " + step);
          if (random.nextInt(4) == 0) {
            conversations.add(after);
          } else {
            conversations.set(which, after);
          }
        }
      }
    }

    /** The conversation with something done to it. */
    private List<Piece> next(List<Piece> pieces) {
      List<Piece> changed = new ArrayList<>(pieces);
      int at = random.nextInt(changed.size());
      switch (random.nextInt(5)) {
        case 0 -> changed.subList(at, changed.size()).clear();
        case 1 -> changed.set(at, changed.get(at).image == null ? text(1 + random.nextInt(40)) : picture());
        case 2 -> {}
        default -> changed.add(picture());
      }
      changed.add(text(1 + random.nextInt(random.nextInt(5) == 0 ? 300 : 20)));
      return encoded(changed).ids().length > LONGEST ? new ArrayList<>(changed.subList(0, 1)) : changed;
    }

    private Piece picture() {
      return new Piece(null, IMAGES.get(random.nextInt(IMAGES.size())));
    }

    private Piece text(int count) {
      int row = seen.tokens().imageTokenId();
      return new Piece(random.ints(0, TinyVision.VOCAB).filter(id -> id != row).limit(count).toArray(), null);
    }

    private EncodedPrompt encoded(List<Piece> pieces) {
      int[] ids = {};
      List<PromptImages.Placed> placed = new ArrayList<>();
      for (Piece piece : pieces) {
        int[] more = piece.image == null ? piece.ids : tokenizer.encode(seen.of(piece.image).expanded(), false);
        if (piece.image != null) {
          placed.add(new PromptImages.Placed(seen.of(piece.image).views().getFirst(), rows(more, ids.length)));
        }
        ids = IntStream.concat(IntStream.of(ids), IntStream.of(more)).toArray();
      }
      return new EncodedPrompt(ids, new PromptImages(seen, placed));
    }

    private int[] rows(int[] ids, int from) {
      return IntStream.range(0, ids.length).filter(i -> ids[i] == seen.tokens().imageTokenId()).map(i -> from + i)
          .toArray();
    }

    private List<EmbeddedRows> coldRows(List<Piece> pieces) {
      List<EmbeddedRows> all = new ArrayList<>();
      int from = 0;
      for (Piece piece : pieces) {
        int[] ids = encoded(List.of(piece)).ids();
        if (piece.image != null) {
          all.add(new EmbeddedRows(rows(ids, from), coldRows.computeIfAbsent(piece.image, this::coldRows),
              cold.rowsSeeEachOther()));
        }
        from += ids.length;
      }
      return all;
    }

    private Mat coldRows(Image image) {
      Pixels view = cold.processor().process(image.decode()).getFirst();
      return cold.embedded(cold.features(view, Trace.OFF));
    }

    /** Has the text answered, perhaps not to the end, and compares; returns the text with its answer. */
    private List<Piece> answer(List<Piece> pieces, String step) {
      EncodedPrompt prompt = encoded(pieces);
      GenerationRequest request = request();
      int cancelAt = random.nextInt(3) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
      TinyEngine.Replay replay = session.replay(prompt, coldRows(pieces), request);
      List<Token> got = new ArrayList<>();
      try (Generation generation = session.generate(prompt, request, TinyEngine.CONTEXT)) {
        int events = 0;
        for (GenerationEvent event : generation) {
          if (events++ == cancelAt) {
            generation.cancel();
          }
          if (event instanceof Progress progress) {
            assertThat(progress.cached()).as(step).isEqualTo(replay.cached());
          } else if (event instanceof Text part) {
            got.addAll(part.tokens());
          }
        }
      }
      for (int i = 0; i < got.size(); i++) {
        Token want = replay.next();
        assertThat(got.get(i).id()).as("%s, token %d", step, i).isEqualTo(want.id());
        assertThat(got.get(i).logprob()).as("%s, token %d", step, i).isEqualTo(want.logprob());
      }
      List<Piece> after = new ArrayList<>(pieces);
      after.add(new Piece(got.stream().mapToInt(Token::id).toArray(), null));
      return after;
    }

    private GenerationRequest request() {
      SamplerSettings sampling = random.nextBoolean() ? SamplerSettings.GREEDY
          : new SamplerSettings(0.9, 0.95, 0, 1, 0, 0, 0.05, List.of());
      return GenerationRequest.text("").withMaxTokens(1 + random.nextInt(12)).withSampling(sampling)
          .withSeed(random.nextLong()).withPrefillStepSize(1 + random.nextInt(random.nextBoolean() ? 600 : 20))
          .withSpeculation(random.nextBoolean() ? Speculation.OFF
              : new Speculation(false, 1 + random.nextInt(2), 4, Speculation.Acceptance.EXACT));
    }
  }
}
