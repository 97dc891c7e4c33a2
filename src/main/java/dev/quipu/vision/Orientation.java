package dev.quipu.vision;

import static dev.quipu.vision.RgbImage.CHANNELS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a picture must be turned to be seen as the camera was held: EXIF's tag 274, or XMP's word for it. As Pillow's
 * {@code exif_transpose}: what cannot be read counts as upright.
 */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  HALF_TURN(false, true, true),
  UPSIDE_DOWN_MIRRORED(false, false, true),
  TRANSPOSED(true, false, false),
  QUARTER_TURN(true, false, true), // to the right
  TRANSVERSED(true, true, true),
  THREE_QUARTER_TURN(true, true, false);

  private static final int TAG = 274;
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private final boolean swapsAxes;
  private final boolean flipsX; // of the stored picture
  private final boolean flipsY;

  Orientation(boolean swapsAxes, boolean flipsX, boolean flipsY) {
    this.swapsAxes = swapsAxes;
    this.flipsX = flipsX;
    this.flipsY = flipsY;
  }

  /** What the file says of itself. */
  static Orientation of(byte[] file, ImageFormat format) throws IOException {
    Metadata metadata = Metadata.of(file, format);
    int value = metadata.exif() == null ? 0 : inExif(metadata.exif());
    if (value == 0 && metadata.xmp() != null) {
      value = inXmp(metadata.xmp());
    }
    return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
  }

  /** The tag's value in the first directory of a TIFF structure, or 0. */
  private static int inExif(byte[] tiff) {
    if (tiff.length < 8) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.wrap(tiff).order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(buffer.getInt(4));
    if (directory + 2 > tiff.length) {
      return 0;
    }
    int entries = Short.toUnsignedInt(buffer.getShort((int) directory));
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i; // tag, type, count, value
      if (entry + 12 > tiff.length) {
        return 0;
      }
      if (Short.toUnsignedInt(buffer.getShort((int) entry)) == TAG) {
        return number(buffer, (int) entry);
      }
    }
    return 0;
  }

  private static int number(ByteBuffer tiff, int entry) {
    if (tiff.getInt(entry + 4) != 1) {
      return 0;
    }
    return switch (tiff.getShort(entry + 2)) {
      case 3, 8 -> tiff.getShort(entry + 8);
      case 4, 9 -> tiff.getInt(entry + 8);
      default -> 0;
    };
  }

  private static int inXmp(byte[] xmp) {
    Matcher matcher = XMP.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
    return matcher.find() ? matcher.group(1).charAt(0) - '0' : 0;
  }

  /** The picture, turned. */
  RgbImage apply(RgbImage image) {
    if (this == UPRIGHT) {
      return image;
    }
    RgbImage out = swapsAxes
        ? RgbImage.black(image.height(), image.width())
        : RgbImage.black(image.width(), image.height());
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        int fromX = swapsAxes ? y : x;
        int fromY = swapsAxes ? x : y;
        fromX = flipsX ? image.width() - 1 - fromX : fromX;
        fromY = flipsY ? image.height() - 1 - fromY : fromY;
        System.arraycopy(image.rgb(), (fromY * image.width() + fromX) * CHANNELS,
            out.rgb(), (y * out.width() + x) * CHANNELS, CHANNELS);
      }
    }
    return out;
  }
}
