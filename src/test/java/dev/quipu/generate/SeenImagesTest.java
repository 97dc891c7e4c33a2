package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.model.Trace;
import dev.quipu.ops.ScalarOps;
import dev.quipu.support.TinyVision;
import dev.quipu.tensor.Mat;
import dev.quipu.vision.Image;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenImagesTest {

  private static final Image ONE = TinyVision.image(1, 20, 20);
  private static final Image TWO = TinyVision.image(2, 20, 20);
  private static final int PIXELS = 28 * 28 * 3 * 4; // bytes
  private static final int ROWS = TinyVision.ROWS * 32 * 4; // bytes

  @TempDir
  private static Path folder;

  private static Checkpoint checkpoint;
  private static VisionAddOn addOn;

  @BeforeAll
  static void load() {
    checkpoint = Checkpoint.open(TinyVision.write(folder));
    addOn = ModelFamily.load(checkpoint, Set.of()).vision().addOn(new ScalarOps(), VisionReference.MIXED);
  }

  @AfterAll
  static void close() {
    checkpoint.close();
  }

  private static ImageView view(SeenImages seen, Image image) {
    return seen.of(image).views().getFirst();
  }

  private static int look(SeenImages seen, ImageView view) {
    int steps = 0;
    while (!view.isSeen()) {
      seen.look(view);
      steps++;
    }
    return steps;
  }

  @Test
  void theTowerLooksALayerAtATime() {
    SeenImages seen = new SeenImages(addOn, 1 << 20);
    ImageView view = view(seen, ONE);
    assertThat(look(seen, view)).isEqualTo(4); // patches, two layers, the projector
    Mat whole = addOn.embedded(addOn.features(addOn.processor().process(ONE.decode()).getFirst(), Trace.OFF));
    assertThat(view.rows().data()).isEqualTo(whole.data());
    assertThat(view.rows().rows()).isEqualTo(view.rowCount()).isEqualTo(TinyVision.ROWS);
  }

  @Test
  void anImageIsKnownByItsBytesAndNotByItsName() {
    SeenImages seen = new SeenImages(addOn, 1 << 20);
    Image other = new Image(TinyVision.png(1, 20, 20), "another name", true);
    assertThat(view(seen, other)).isSameAs(view(seen, ONE)).isNotSameAs(view(seen, TWO));
    assertThat(view(seen, TWO).key()).isNotEqualTo(view(seen, ONE).key()).isNegative();
  }

  @Test
  void thoseOfTheLongestTimeAgoAreForgottenWithTheirRowsButKeepTheirKeys() {
    SeenImages seen = new SeenImages(addOn, PIXELS + ROWS);
    ImageView one = view(seen, ONE);
    look(seen, one);
    ImageView two = view(seen, TWO);
    assertThat(view(seen, ONE)).isSameAs(one);
    ImageView three = view(seen, TinyVision.image(3, 20, 20)); // in the place of two
    assertThat(view(seen, ONE)).isSameAs(one);
    assertThat(view(seen, TWO)).isNotSameAs(two);
    assertThat(view(seen, TWO).key()).isEqualTo(two.key());
    look(seen, three); // whoever has it still can
    assertThat(three.rows()).isNotNull();
  }

  @Test
  void whatIsTooLargeIsNotRemembered() {
    SeenImages seen = new SeenImages(addOn, PIXELS - 1);
    assertThat(view(seen, ONE)).isNotSameAs(view(seen, ONE));
  }

  /** A generation is cancelled while the tower looks for it, and asked again later. */
  @Test
  void aViewThatWasLeftIsBegunAnew() {
    SeenImages seen = new SeenImages(addOn, 1 << 20);
    ImageView one = view(seen, ONE);
    seen.look(one);
    seen.look(one);
    look(seen, view(seen, TWO));
    assertThat(look(seen, one)).isEqualTo(4);
    SeenImages fresh = new SeenImages(addOn, 1 << 20);
    look(fresh, view(fresh, ONE));
    assertThat(one.rows().data()).isEqualTo(view(fresh, ONE).rows().data());
  }
}
