package dev.quipu.vision;

import dev.quipu.vision.vp8.Vp8Decoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * WebP: takes the picture out of its container (of an animation the first frame, on an empty canvas) and hands it to
 * the decoder of its kind. Alpha is not even read.
 */
final class WebpDecoder {

  private WebpDecoder() {}

  static RgbImage decode(byte[] file) throws IOException {
    int canvasWidth = 0; // as large as the picture
    int canvasHeight = 0;
    for (Chunks chunks = Chunks.ofWebp(file); chunks.next(); ) {
      if (chunks.is("VP8X") && chunks.length() >= 10) {
        canvasWidth = threeBytes(file, chunks.start() + 4) + 1;
        canvasHeight = threeBytes(file, chunks.start() + 7) + 1;
      } else if (chunks.is("ANMF") && chunks.length() >= 16) {
        ImageTooLarge.refuse(canvasWidth, canvasHeight, 0);
        int x = 2 * threeBytes(file, chunks.start());
        int y = 2 * threeBytes(file, chunks.start() + 3);
        return onCanvas(picture(chunks.inside(16)), x, y, canvasWidth, canvasHeight);
      } else if (isPicture(chunks)) {
        return picture(chunks);
      }
    }
    throw new IOException("it is damaged: it holds no whole picture");
  }

  private static int threeBytes(byte[] file, int at) {
    return file[at] & 0xFF | (file[at + 1] & 0xFF) << 8 | (file[at + 2] & 0xFF) << 16;
  }

  private static boolean isPicture(Chunks chunks) {
    return chunks.is("VP8 ") || chunks.is("VP8L");
  }

  /** The picture in the current chunk, or in one of those that follow. */
  private static RgbImage picture(Chunks chunks) throws IOException {
    while (!isPicture(chunks)) {
      if (!chunks.next()) {
        throw new IOException("it is damaged: a frame without a picture");
      }
    }
    return chunks.is("VP8L") ? lossless(chunks.content()) : lossy(chunks.content());
  }

  // the plug-in enlarges the colour planes in another way than libwebp, which is seen: 3 to 14 levels on average
  private static RgbImage lossy(byte[] frame) throws IOException {
    int[] size = Vp8Decoder.size(frame);
    ImageTooLarge.refuse(size[0], size[1], 2);
    return new RgbImage(Vp8Decoder.rgb(frame), size[0], size[1]);
  }

  /** By the plug-in, as a file of nothing but this picture. */
  private static RgbImage lossless(byte[] content) throws IOException {
    byte[] file = new byte[20 + content.length + (content.length & 1)];
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(file.length - 8)
        .put("WEBPVP8L".getBytes(StandardCharsets.ISO_8859_1)).putInt(content.length).put(content);
    return PlainDecoder.decode(file, ImageFormat.WEBP);
  }

  private static RgbImage onCanvas(RgbImage frame, int x, int y, int width, int height) throws IOException {
    if (x + frame.width() > width || y + frame.height() > height) {
      throw new IOException("it is damaged: a frame lies outside of the picture");
    }
    RgbImage canvas = RgbImage.black(width, height);
    int row = frame.width() * RgbImage.CHANNELS;
    for (int i = 0; i < frame.height(); i++) {
      System.arraycopy(frame.rgb(), i * row, canvas.rgb(), ((y + i) * width + x) * RgbImage.CHANNELS, row);
    }
    return canvas;
  }
}
