package dev.quipu.vision;

import dev.quipu.checkpoint.Checkpoint;
import java.util.Collections;
import java.util.List;

/**
 * Gemma 3: every view is a run of soft tokens between a start and an end, which stand by themselves; crops are
 * introduced in words (mlx_vlm/models/gemma3/processing_gemma3.py).
 *
 * @param start        {@code <start_of_image>}, which is the placeholder, too
 * @param image        {@code <image_soft_token>}
 * @param end          {@code <end_of_image>}
 * @param imageTokenId of the soft token
 * @param rows         soft tokens a view
 */
record Gemma3ImageTokens(String start, String image, String end, int imageTokenId, int rows) implements ImageTokens {

  /** As tokenizer_config.json calls them, else by their usual names. */
  static Gemma3ImageTokens of(Checkpoint checkpoint, Gemma3VisionSpec spec) {
    TokenNames names = TokenNames.of(checkpoint);
    return new Gemma3ImageTokens(
        names.of("boi_token", "<start_of_image>"), names.of("image_token", "<image_soft_token>"),
        names.of("eoi_token", "<end_of_image>"), spec.imageTokenId(), spec.rows());
  }

  @Override
  public String placeholder() {
    return start;
  }

  @Override
  public String expansion(List<Pixels> views) {
    String view = "\n\n" + start + image.repeat(rows) + end + "\n\n";
    if (views.size() == 1) {
      return view;
    }
    return "Here is the original image " + view + " and here are some crops to help you see better "
        + String.join(" ", Collections.nCopies(views.size() - 1, view));
  }

  @Override
  public boolean first() {
    return false;
  }

  @Override
  public boolean inText() {
    return true;
  }
}
