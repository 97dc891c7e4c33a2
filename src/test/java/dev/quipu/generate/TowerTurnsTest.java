package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.model.Decoder;
import dev.quipu.ops.Ops;
import dev.quipu.ops.ScalarOps;
import dev.quipu.support.TinyVision;
import dev.quipu.text.Tokenizer;
import dev.quipu.vision.Image;
import dev.quipu.vision.VisionReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tower is slow: it looks a layer at a time, and in between others go on with their answers. */
class TowerTurnsTest {

  private static final int IMAGES = 5;
  private static final int STEPS = 4; // of the tower for each: patches, two layers, the projector

  private final Tokenizer tokenizer = TinyVision.tokenizer();
  private final AtomicInteger said = new AtomicInteger(); // by the one that only speaks

  @Test
  void othersGoOnWhileTheTowerLooks(@TempDir Path folder) throws InterruptedException {
    try (Checkpoint checkpoint = Checkpoint.open(TinyVision.write(folder)); Ops ops = new ScalarOps()) {
      ModelFamily.Model model = ModelFamily.load(checkpoint, Set.of());
      Decoder decoder = new Decoder(model.spec(), model.weights(), ops);
      PromptCache cache = new PromptCache(decoder::newCache, 100 * decoder.newCache().blockBytes());
      SeenImages seen = new SeenImages(model.vision().addOn(ops, VisionReference.MIXED), 1 << 20);
      List<Image> images = IntStream.range(0, IMAGES).mapToObj(seed -> TinyVision.image(seed, 9, 9)).toList();
      EncodedPrompt shown = new ImageEncoder(tokenizer, seen, model.spec().hiddenSize(), false)
          .encode("<start_of_image>".repeat(IMAGES), images, true);
      try (Scheduler scheduler = new Scheduler(decoder, cache, 2)) {
        assertThat(saidMeanwhile(scheduler, decoder, cache, shown)).isGreaterThanOrEqualTo(IMAGES * STEPS);
      }
    }
  }

  /** Tokens of another answer, from when a prompt was begun with to when it was read. */
  private int saidMeanwhile(Scheduler scheduler, Decoder decoder, PromptCache cache, EncodedPrompt shown)
      throws InterruptedException {
    EncodedPrompt text = new EncodedPrompt(tokenizer.encode("see", true));
    Generation speaking = generation(scheduler, decoder, cache, text, 3000, event -> {
      said.addAndGet(event instanceof GenerationEvent.Text part ? part.tokens().size() : 0);
    });
    Thread reader = Thread.ofVirtual().start(() -> speaking.forEach(_ -> {}));
    while (said.get() == 0) {
      Thread.onSpinWait();
    }
    List<Integer> atProgress = new ArrayList<>();
    try (Generation looking = generation(scheduler, decoder, cache, shown, 1, event -> {
      if (event instanceof GenerationEvent.Progress) {
        atProgress.add(said.get());
      }
    })) {
      looking.forEach(_ -> {});
    }
    speaking.close();
    reader.join();
    return atProgress.getLast() - atProgress.getFirst();
  }

  /** @param listener on the engine's thread */
  private Generation generation(Scheduler scheduler, Decoder decoder, PromptCache cache, EncodedPrompt prompt,
      int tokens, Consumer<GenerationEvent> listener) {
    GenerationRequest request = GenerationRequest.text("").withMaxTokens(tokens);
    return new Generation(scheduler, generation -> new Generator(request, prompt, Set.of(), 4000, cache,
        new Chooser(decoder, tokenizer, request, null), tokenizer.streamDecoder(false),
        new Drafting(null, Speculation.OFF), event -> {
          listener.accept(event);
          generation.add(event);
        }));
  }
}
