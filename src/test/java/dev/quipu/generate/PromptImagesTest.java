package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.ops.Ops;
import dev.quipu.ops.ScalarOps;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.VisionReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromptImagesTest {

  private static PromptImages images(VisionReference reference, Checkpoint checkpoint, Ops ops) {
    SeenImages seen = new SeenImages(ModelFamily.load(checkpoint, Set.of()).vision().addOn(ops, reference), 1000);
    ImageView view = new ImageView(-9, new Pixels(new float[24 * 24 * 3], 24, 24), 4);
    return new PromptImages(seen, List.of(
        new PromptImages.Placed(view, new int[] {3, 4, 5, 6}), new PromptImages.Placed(view, new int[] {9, 10, 11, 12})));
  }

  @Test
  void chunksEndBehindRowsThatSeeOneAnother() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden/models/gemma3-vl-f32")); Ops ops = new ScalarOps()) {
      PromptImages hf = images(VisionReference.HF, checkpoint, ops);
      assertThat(List.of(3, 4, 6, 7, 8, 9, 10, 13, 20).stream().map(hf::whole)).containsExactly(
          3, 7, 7, 7, 8, 9, 13, 13, 20);
      assertThat(images(VisionReference.MLX, checkpoint, ops).whole(5)).isEqualTo(5);
    }
  }
}
