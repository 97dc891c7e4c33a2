package dev.quipu.vision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where an image file keeps what a camera says of it. Finds the blocks and does not read them.
 *
 * @param exif a TIFF structure, or null
 * @param xmp  text, or null
 */
record Metadata(byte[] exif, byte[] xmp) {

  private static final byte[] EXIF_START = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final String XMP_START = "http://ns.adobe.com/xap/1.0/\0";
  private static final String PNG_XMP = "XML:com.adobe.xmp\0";

  static Metadata of(byte[] file, ImageFormat format) throws IOException {
    return switch (format) {
      case JPEG -> ofJpeg(file);
      case PNG -> ofPng(Chunks.ofPng(file));
      case WEBP -> ofWebp(file);
      case GIF, BMP -> new Metadata(null, null);
    };
  }

  private static Metadata ofJpeg(byte[] file) {
    byte[] exif = null;
    byte[] xmp = null;
    for (JpegSegments segments = new JpegSegments(file); segments.next(); ) {
      if (segments.marker != 0xE1) {
        continue;
      }
      byte[] content = Arrays.copyOfRange(file, segments.start, segments.start + segments.length);
      if (exif == null && startsWith(content, EXIF_START)) {
        exif = withoutStart(content);
      } else if (xmp == null && segments.startsWith(XMP_START)) {
        xmp = content;
      }
    }
    return new Metadata(exif, xmp);
  }

  private static Metadata ofPng(Chunks chunks) {
    byte[] exif = null;
    byte[] xmp = null;
    while (chunks.next()) {
      if (chunks.is("eXIf")) {
        exif = withoutStart(chunks.content());
      } else if (chunks.is("iTXt") && startsWith(chunks.content(), PNG_XMP.getBytes(StandardCharsets.ISO_8859_1))) {
        xmp = chunks.content();
      }
    }
    return new Metadata(exif, xmp);
  }

  private static Metadata ofWebp(byte[] file) throws IOException {
    Metadata metadata = new WebpContainer(file).metadata();
    return metadata.exif == null ? metadata : new Metadata(withoutStart(metadata.exif), metadata.xmp);
  }

  private static byte[] withoutStart(byte[] content) {
    byte[] rest = content;
    while (startsWith(rest, EXIF_START)) {
      rest = Arrays.copyOfRange(rest, EXIF_START.length, rest.length);
    }
    return rest;
  }

  private static boolean startsWith(byte[] content, byte[] start) {
    return content.length >= start.length && Arrays.equals(content, 0, start.length, start, 0, start.length);
  }
}
