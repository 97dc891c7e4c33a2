package dev.quipu.generate;

/** A prompt as ids, with the images that stand in it. */
record EncodedPrompt(int[] ids, PromptImages images) {

  /** One without images. */
  EncodedPrompt(int[] ids) {
    this(ids, PromptImages.NONE);
  }
}
