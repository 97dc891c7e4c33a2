package dev.quipu.vision;

import dev.quipu.vision.WebpContainer.Frame;
import dev.quipu.vision.WebpContainer.Range;
import dev.quipu.vision.vp8.Vp8Decoder;
import dev.quipu.vision.vp8l.Vp8lDecoder;
import java.io.IOException;
import java.util.Arrays;

/**
 * WebP: takes the picture out of its container (of an animation the first frame, on an empty canvas) and hands it to
 * the decoder of its kind. Alpha is looked at only to see whether it is whole.
 */
final class WebpDecoder {

  private static final int PIXEL_BYTES = 8; // while decoding: one int each, and another where a palette is undone

  private WebpDecoder() {}

  static RgbImage decode(byte[] file) throws IOException {
    WebpContainer container = new WebpContainer(file);
    Frame frame = container.first();
    ImageTooLarge.refuse(container.width(), container.height(), 0);
    ImageTooLarge.refuse(frame.width(), frame.height(), PIXEL_BYTES);
    if (frame.alpha() != null) {
      requireWhole(file, frame.alpha(), frame);
    }
    RgbImage picture = frame.lossless() ? lossless(file, frame) : lossy(file, frame);
    boolean fills = frame.width() == container.width() && frame.height() == container.height();
    return fills ? picture : onCanvas(picture, frame.x(), frame.y(), container.width(), container.height());
  }

  private static RgbImage lossy(byte[] file, Frame frame) throws IOException {
    Range picture = frame.picture();
    return new RgbImage(
        Vp8Decoder.rgb(Arrays.copyOfRange(file, picture.start(), picture.padded())), frame.width(), frame.height());
  }

  private static RgbImage lossless(byte[] file, Frame frame) throws IOException {
    int[] argb = Vp8lDecoder.argb(file, frame.picture().start(), frame.picture().padded());
    RgbImage out = RgbImage.black(frame.width(), frame.height());
    int at = 0;
    for (int pixel : argb) {
      out.rgb()[at++] = (byte) (pixel >> 16);
      out.rgb()[at++] = (byte) (pixel >> 8);
      out.rgb()[at++] = (byte) pixel;
    }
    return out;
  }

  /** A byte of settings, then alpha as it is, or packed as the green of a lossless picture. */
  private static void requireWhole(byte[] file, Range alpha, Frame frame) throws IOException {
    int settings = alpha.length() < 2 ? -1 : file[alpha.start()] & 0xFF;
    int method = settings & 3;
    if (settings < 0 || method > 1 || (settings >> 4 & 3) > 1 || settings >> 6 > 1) {
      throw new IOException("it is damaged: its alpha is not known");
    }
    if (method == 1) {
      Vp8lDecoder.ofKnownSize(file, alpha.start() + 1, alpha.end(), frame.width(), frame.height());
    } else if (alpha.length() - 1 < frame.width() * frame.height()) {
      throw new IOException("it is damaged: the end of its alpha is missing");
    }
  }

  private static RgbImage onCanvas(RgbImage frame, int x, int y, int width, int height) {
    RgbImage canvas = RgbImage.black(width, height);
    int row = frame.width() * RgbImage.CHANNELS;
    for (int i = 0; i < frame.height(); i++) {
      System.arraycopy(frame.rgb(), i * row, canvas.rgb(), ((y + i) * width + x) * RgbImage.CHANNELS, row);
    }
    return canvas;
  }
}
