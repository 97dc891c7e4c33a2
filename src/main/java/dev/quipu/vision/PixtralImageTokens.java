package dev.quipu.vision;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import java.util.Collections;
import java.util.List;

/**
 * Pixtral and Mistral 3: a view is a row of image tokens for each row of its features, with breaks between them and an
 * end after the last; breaks and ends are tokens like any other (mlx_vlm/models/pixtral/processing_pixtral.py).
 *
 * @param image        {@code [IMG]}, which is the placeholder, too
 * @param rowBreak     {@code [IMG_BREAK]}
 * @param end          {@code [IMG_END]}
 * @param imageTokenId of the image token
 * @param step         pixels along a side of what becomes one row
 */
record PixtralImageTokens(String image, String rowBreak, String end, int imageTokenId, int step)
    implements ImageTokens {

  /** As processor_config.json calls them, else by their usual names. */
  static PixtralImageTokens of(Checkpoint checkpoint, PixtralSpec spec) {
    Config config = checkpoint == null ? null : checkpoint.optionalConfig("processor_config.json").orElse(null);
    return new PixtralImageTokens(
        name(config, "image_token", "[IMG]"), name(config, "image_break_token", "[IMG_BREAK]"),
        name(config, "image_end_token", "[IMG_END]"), spec.imageTokenId(), spec.step());
  }

  private static String name(Config config, String key, String usual) {
    return config == null ? usual : config.stringValue(key, usual);
  }

  @Override
  public String placeholder() {
    return image;
  }

  @Override
  public String expansion(List<Pixels> views) {
    Pixels view = views.getFirst(); // there are no crops
    String row = image.repeat(view.width() / step);
    return String.join(rowBreak, Collections.nCopies(view.height() / step, row)) + end;
  }

  @Override
  public boolean first() {
    return true;
  }

  @Override
  public boolean inText() {
    return false;
  }
}
