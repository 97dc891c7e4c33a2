package dev.quipu.vision;

import java.io.IOException;

/**
 * What the segments before a JPEG's data say of its components.
 *
 * @param components 1 grey, 3 colour, 4 inks
 * @param luma       whether the first three are Y, Cb and Cr
 */
record JpegHeader(int components, boolean luma) {

  /** As libjpeg decides it: a JFIF marker, then Adobe's, then the components' names. */
  static JpegHeader of(byte[] file) throws IOException {
    boolean jfif = false;
    int adobe = -1; // its transform
    int frame = -1; // where it starts
    for (Segments segments = new Segments(file); segments.next(); ) {
      if (segments.marker == 0xE0 && segments.startsWith("JFIF\0") && segments.length >= 14) {
        jfif = true;
      } else if (segments.marker == 0xEE && segments.startsWith("Adobe") && segments.length >= 12) {
        adobe = file[segments.start + 11] & 0xFF;
      } else if (isFrame(segments.marker) && segments.length >= 6) {
        requireComponents(file, segments.start, segments.length);
        frame = segments.start;
      }
    }
    return frame(file, frame, jfif, adobe);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static void requireComponents(byte[] file, int frame, int length) throws IOException {
    if (length < 6 + 3 * (file[frame + 5] & 0xFF)) {
      throw new IOException("it is damaged: its frame is cut short");
    }
  }

  private static JpegHeader frame(byte[] file, int frame, boolean jfif, int adobe) throws IOException {
    if (frame < 0) {
      throw new IOException("it is damaged: it has no frame");
    }
    if (file[frame] != 8) {
      throw new IOException("samples of " + file[frame] + " bits are not supported; supported: 8");
    }
    return switch (file[frame + 5]) {
      case 1 -> new JpegHeader(1, false);
      case 3 -> new JpegHeader(3, jfif || (adobe >= 0 ? adobe != 0 : !isNamedRgb(file, frame)));
      case 4 -> new JpegHeader(4, adobe > 0);
      default -> throw new IOException(file[frame + 5] + " components are not supported; supported: 1, 3, 4");
    };
  }

  private static boolean isNamedRgb(byte[] file, int frame) {
    return file[frame + 6] == 'R' && file[frame + 9] == 'G' && file[frame + 12] == 'B';
  }

  /** A walk over the segments of a JPEG file, up to its data. */
  static final class Segments {
    final byte[] file;
    int marker;
    int start; // of the segment's content
    int length;
    private int next = 2; // after the start of the image

    Segments(byte[] file) {
      this.file = file;
    }

    /** Goes to the next segment; false at the data, or where the file ends. */
    boolean next() {
      while (next + 3 < file.length && (file[next] != (byte) 0xFF || file[next + 1] == (byte) 0xFF)) {
        next++; // fill bytes, and what some programs leave between segments
      }
      if (next + 3 >= file.length) {
        return false;
      }
      marker = file[next + 1] & 0xFF;
      start = next + 4;
      length = ((file[next + 2] & 0xFF) << 8 | file[next + 3] & 0xFF) - 2;
      next = start + length;
      return length >= 0 && next <= file.length && marker != 0xDA && marker != 0xD9;
    }

    boolean startsWith(String name) {
      if (length < name.length()) {
        return false;
      }
      for (int i = 0; i < name.length(); i++) {
        if (file[start + i] != name.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }
}
