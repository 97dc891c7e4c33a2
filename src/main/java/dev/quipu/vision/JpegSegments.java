package dev.quipu.vision;

/** A walk over the segments of a JPEG file, up to its data. */
final class JpegSegments {

  final byte[] file;
  int marker;
  int start; // of the segment's content
  int length;
  private int next = 2; // after the start of the image

  JpegSegments(byte[] file) {
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
