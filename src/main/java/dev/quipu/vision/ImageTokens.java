package dev.quipu.vision;

import java.util.List;

/** How an image stands in a prompt: a placeholder in the text, which becomes tokens, some of them for feature rows. */
public sealed interface ImageTokens permits Gemma3ImageTokens, PixtralImageTokens {

  /** What a chat template writes where an image belongs. */
  String placeholder();

  /** The text that takes the placeholder's place, for all views of the image. */
  String expansion(List<Pixels> views);

  /** The token whose kth occurrence in a prompt takes the kth feature row. */
  int imageTokenId();

  /** Whether mlx-vlm puts images whose place nobody said before the text; else behind it. */
  boolean first();

  /**
   * Whether mlx-vlm writes a message's images into its text as placeholders before the chat template sees it; else the
   * template is given a list of parts. mlx_vlm/prompt_utils.py, MODEL_CONFIG
   */
  boolean inText();
}
