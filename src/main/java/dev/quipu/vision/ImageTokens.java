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
}
