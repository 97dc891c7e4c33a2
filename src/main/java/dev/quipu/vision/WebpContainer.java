package dev.quipu.vision;

import dev.quipu.vision.vp8.Vp8Decoder;
import dev.quipu.vision.vp8l.Vp8lDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The chunks of a WebP file: where the picture lies, or the first of an animation. Refuses what libwebp's demuxer
 * refuses, which wants the whole file to be in order, whatever part of it is needed.
 */
final class WebpContainer {

  private static final int HEADER = 8; // of a chunk: name and size
  private static final int KNOWN_FLAGS = 0x3E;
  private static final int ANIMATED = 2;
  private static final int HAS_XMP = 4;
  private static final int HAS_EXIF = 8;
  private static final int HAS_ALPHA = 16;

  private final ByteBuffer file;
  private final int end;
  private int at;

  private int flags = -1; // of an extended file
  private int width; // of the canvas
  private int height;
  private boolean hasAnimation;
  private int frames;
  private Frame first;
  private byte[] exif;
  private byte[] xmp;

  /**
   * One picture and its place on the canvas.
   *
   * @param alpha    where its content lies, or null
   * @param lossless whether it is VP8L and not VP8
   */
  record Frame(int x, int y, int width, int height, Range alpha, Range picture, boolean lossless) {}

  /** Bytes of the file; {@code padded} is where the next chunk starts. */
  record Range(int start, int end, int padded) {

    int length() {
      return end - start;
    }
  }

  WebpContainer(byte[] bytes) throws IOException {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = Integer.toUnsignedLong(file.getInt(4)) + HEADER;
    if (size > bytes.length) {
      throw new IOException("it is damaged: its end is missing");
    }
    end = (int) size;
    at = 12;
    read();
    if (first == null) {
      throw new IOException("it is damaged: it holds no whole picture");
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  Frame first() {
    return first;
  }

  Metadata metadata() {
    return new Metadata(exif, xmp);
  }

  private void read() throws IOException {
    switch (name()) {
      case "VP8 ", "VP8L" -> {
        frame(0, 0);
        width = first.width;
        height = first.height;
      }
      case "VP8X" -> readExtended();
      default -> throw new IOException("it is damaged: it does not begin with a picture");
    }
  }

  private void readExtended() throws IOException {
    Range header = chunk();
    requireBytes(header, 10);
    flags = file.get(header.start);
    width = threeBytes(header.start + 4) + 1;
    height = threeBytes(header.start + 7) + 1;
    if ((flags & ~KNOWN_FLAGS) != 0) {
      throw new IOException("it is damaged: its header says what is not known");
    }
    at = header.padded;
    do {
      readChunk();
    } while (at < end);
  }

  private void readChunk() throws IOException {
    Range chunk = chunk();
    switch (name()) {
      case "VP8X" -> throw new IOException("it is damaged: it has two headers");
      case "ALPH", "VP8 ", "VP8L" -> readStill();
      case "ANIM" -> {
        requireBytes(chunk, 6);
        hasAnimation = true;
        at = chunk.padded;
      }
      case "ANMF" -> readAnimated(chunk);
      case "EXIF" -> {
        exif = exif == null && (flags & HAS_EXIF) != 0 ? content(chunk) : exif;
        at = chunk.padded;
      }
      case "XMP " -> {
        xmp = xmp == null && (flags & HAS_XMP) != 0 ? content(chunk) : xmp;
        at = chunk.padded;
      }
      default -> at = chunk.padded;
    }
  }

  private void readStill() throws IOException {
    if (hasAnimation || (flags & ANIMATED) != 0 || frames > 0) {
      throw new IOException("it is damaged: a picture beside an animation, or beside another one");
    }
    Frame frame = frame(0, 0);
    if (frame.width != width || frame.height != height) {
      throw new IOException("it is damaged: the picture has " + frame.width + "x" + frame.height
          + " pixels, the header says " + width + "x" + height);
    }
  }

  private void readAnimated(Range chunk) throws IOException {
    if (!hasAnimation || chunk.length() < 16) {
      throw new IOException("it is damaged: a frame without an animation");
    }
    int x = 2 * threeBytes(chunk.start);
    int y = 2 * threeBytes(chunk.start + 3);
    at = chunk.start + 16;
    Frame before = first;
    Frame frame = frame(x, y);
    if (at > chunk.padded) {
      throw new IOException("it is damaged: a frame is longer than it says");
    }
    if ((flags & ANIMATED) == 0) {
      first = before; // its frames do not count
      frames--;
    } else if (x + frame.width > width || y + frame.height > height) {
      throw new IOException("it is damaged: a frame lies outside of the picture");
    }
  }

  /** The picture that starts here, perhaps after its alpha. */
  private Frame frame(int x, int y) throws IOException {
    Range alpha = null;
    if (name().equals("ALPH")) {
      alpha = chunk();
      at = alpha.padded;
    }
    boolean lossless = name().equals("VP8L");
    if (!lossless && !name().equals("VP8 ") || lossless && alpha != null) {
      throw new IOException("it is damaged: a frame without a picture");
    }
    Range picture = chunk();
    at = picture.padded;
    int[] size = lossless ? Vp8lDecoder.size(file.array(), picture.start, picture.padded)
        : Vp8Decoder.size(content(picture));
    boolean keepsAlpha = flags < 0 || (flags & (HAS_ALPHA | ANIMATED)) != 0;
    Frame frame = new Frame(x, y, size[0], size[1], keepsAlpha ? alpha : null, picture, lossless);
    first = first == null ? frame : first;
    frames++;
    if (at < end) {
      chunk(); // what follows must be one
    }
    return frame;
  }

  private String name() throws IOException {
    chunk();
    return new String(file.array(), at, 4, StandardCharsets.ISO_8859_1);
  }

  /** The chunk that starts here, which must be whole. */
  private Range chunk() throws IOException {
    if (at + HEADER > end) {
      throw new IOException("it is damaged: its end is missing");
    }
    long length = Integer.toUnsignedLong(file.getInt(at + 4));
    long padded = at + HEADER + length + (length & 1);
    if (padded > end) {
      throw new IOException("it is damaged: its end is missing");
    }
    return new Range(at + HEADER, (int) (at + HEADER + length), (int) padded);
  }

  private byte[] content(Range range) {
    return Arrays.copyOfRange(file.array(), range.start, range.end);
  }

  private static void requireBytes(Range chunk, int bytes) throws IOException {
    if (chunk.length() < bytes) {
      throw new IOException("it is damaged: its header is cut short");
    }
  }

  private int threeBytes(int at) {
    return Short.toUnsignedInt(file.getShort(at)) | (file.get(at + 2) & 0xFF) << 16;
  }
}
