package dev.quipu.vision;

import java.util.Collections;
import java.util.List;

/**
 * How a picture stands in a prompt: the text that takes the place of its placeholder, and which token of it is a row of
 * what the tower saw. Knows neither ids nor towers.
 */
public sealed interface ImageTokens {

  /** What stands for a picture in a prompt that is not expanded yet. */
  String placeholder();

  /** The token in whose place a row of features goes. */
  String soft();

  /** The text that a picture becomes, which has as many {@link #soft} tokens as the views have rows. */
  String expanded(List<Pixels> views);

  /** Rows of features of one view. */
  int rows(Pixels view);

  /** Whether mlx-vlm puts pictures before the text that was asked with them; else behind it. */
  boolean first();

  /**
   * Whether a message's pictures are written into its text as placeholders before the chat template sees it; else the
   * template is given a list of parts. mlx_vlm/prompt_utils.py, MODEL_CONFIG.
   */
  boolean inText();

  /**
   * Gemma 3: a fixed number of rows between two marks, on lines of their own. mlx_vlm, processing_gemma3.py
   *
   * @param placeholder also the mark at the beginning, {@code <start_of_image>}
   * @param soft        {@code <image_soft_token>}
   * @param end         {@code <end_of_image>}
   * @param rowsOfView  256
   */
  record Gemma3(String placeholder, String soft, String end, int rowsOfView) implements ImageTokens {

    @Override
    public String expanded(List<Pixels> views) {
      String one = "\n\n" + placeholder + soft.repeat(rowsOfView) + end + "\n\n";
      return views.size() == 1 ? one
          : "Here is the original image " + one + " and here are some crops to help you see better "
              + String.join(" ", Collections.nCopies(views.size() - 1, one));
    }

    @Override
    public int rows(Pixels view) {
      return rowsOfView;
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

  /**
   * Pixtral and Mistral 3: a row of tokens for each row of squares. mlx_vlm, processing_pixtral.py
   *
   * @param soft  also the placeholder, {@code [IMG]}
   * @param brk   between rows, {@code [IMG_BREAK]}
   * @param end   after the last one, {@code [IMG_END]}
   * @param step  pixels of a square's side: those of a patch, or of patches that are merged
   */
  record Pixtral(String soft, String brk, String end, int step) implements ImageTokens {

    @Override
    public String placeholder() {
      return soft;
    }

    @Override
    public String expanded(List<Pixels> views) {
      Pixels view = views.getFirst(); // there is one
      String row = soft.repeat(view.width() / step);
      return String.join(brk, Collections.nCopies(view.height() / step, row)) + end;
    }

    @Override
    public int rows(Pixels view) {
      return view.height() / step * (view.width() / step);
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
}
