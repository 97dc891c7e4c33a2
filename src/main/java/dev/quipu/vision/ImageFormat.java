package dev.quipu.vision;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The kinds of image files that are read, told by their first bytes and never by a name. */
enum ImageFormat {
  PNG("\u0089PNG\r\n\u001a\n"),
  JPEG("\u00ff\u00d8\u00ff"),
  WEBP("RIFF????WEBP"),
  GIF("GIF8?a"),
  BMP("BM");

  /** Kinds that are recognised only to say their name: {first bytes, name}. */
  private static final String[][] OTHERS = {
    {"II*\0", "TIFF"}, {"MM\0*", "TIFF"}, {"????ftypavi", "AVIF"}, {"????ftyphe", "HEIC"}, {"????ftypmif1", "HEIC"},
    {"8BPS", "Photoshop"}, {"%PDF", "PDF"}, {"<svg", "SVG"}, {"<?xml", "XML or SVG"}, {"\u00ff\n", "JPEG XL"},
    {"\0\0\0\fJXL ", "JPEG XL"}, {"\0\0\0\fjP  ", "JPEG 2000"}, {"\0\0\1\0", "ICO"}, {"<!", "HTML"}, {"<html", "HTML"},
    {"????ftyp", "video"}
  };

  private final String start; // a question mark stands for any byte

  ImageFormat(String start) {
    this.start = start;
  }

  static Optional<ImageFormat> of(byte[] file) {
    for (ImageFormat format : values()) {
      if (startsWith(file, format.start)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** What a file is that is none of these, as part of a sentence. */
  static String describe(byte[] file) {
    if (file.length == 0) {
      return "the file is empty";
    }
    for (String[] other : OTHERS) {
      if (startsWith(file, other[0])) {
        return "this is a file of the kind " + other[1];
      }
    }
    return "this is no image";
  }

  private static boolean startsWith(byte[] file, String start) {
    byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);
    if (file.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '?' && bytes[i] != file[i]) {
        return false;
      }
    }
    return true;
  }
}
