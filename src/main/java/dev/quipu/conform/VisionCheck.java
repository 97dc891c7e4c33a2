package dev.quipu.conform;

/** Kind vision: images through tower and projector, then logits. */
final class VisionCheck {

  private VisionCheck() {}

  static void run(Case c, Bench bench) {
    throw new Skip("kind vision (pixel_values → features → logits) cannot be run: this engine has no vision tower yet");
  }
}
