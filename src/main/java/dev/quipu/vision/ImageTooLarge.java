package dev.quipu.vision;

import java.io.IOException;

/** A picture that would not fit, told from its header before anything is decoded. */
final class ImageTooLarge extends IOException {

  private ImageTooLarge(String message) {
    super(message);
  }

  /** Refuses a picture with too many pixels, or more than the memory that is left. */
  static void refuse(int width, int height, int decoderBytesPerPixel) throws ImageTooLarge {
    if (width < 1 || height < 1) {
      throw new ImageTooLarge("the image has " + width + "x" + height + " pixels");
    }
    long pixels = (long) width * height;
    if (pixels > ImageDecoder.MAX_PIXELS) {
      throw new ImageTooLarge("an image may have " + ImageDecoder.MAX_PIXELS + " pixels but this one has "
          + width + "x" + height + " (" + pixels + "); make it smaller");
    }
    long needed = pixels * (RgbImage.CHANNELS + decoderBytesPerPixel);
    long left = memoryLeft();
    if (needed > left) {
      throw new ImageTooLarge("decoding " + width + "x" + height + " pixels needs " + (needed >> 20)
          + " MiB of memory but " + (left >> 20) + " are left; make it smaller or start Java with a larger -Xmx");
    }
  }

  /** Bytes that could still be allocated. */
  static long memoryLeft() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }
}
