package dev.quipu.conform;

/** Kind image: an image file as the numbers that a vision tower reads. */
final class ImageCheck {

  private ImageCheck() {}

  static void run(Case c, Bench bench) {
    throw new Mismatch("kind image is not supported yet");
  }
}
