package dev.quipu.vision;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/** An image file in memory: its bytes, what it is called in messages, and whether its EXIF data are obeyed. */
public final class Image {

  private final byte[] bytes;
  private final String name;
  private final boolean transposeByExif;
  private final String hash;

  /**
   * @param bytes           of a PNG, JPEG, WebP, GIF or BMP file; the array is kept
   * @param transposeByExif whether the picture is turned as its EXIF data say
   */
  public Image(byte[] bytes, String name, boolean transposeByExif) {
    this.bytes = bytes;
    this.name = name;
    this.transposeByExif = transposeByExif;
    this.hash = hash(bytes, transposeByExif);
  }

  public String name() {
    return name;
  }

  public int size() {
    return bytes.length;
  }

  /** SHA-256 of what decides the pixels; the name is not part of it. */
  public String hash() {
    return hash;
  }

  /** All of it as text, as {@link ImageSource} reads it. */
  public String dataUri() {
    String type = ImageFormat.of(bytes).map(format -> "image/" + format.name().toLowerCase(Locale.ROOT))
        .orElse("application/octet-stream");
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }

  /** @throws dev.quipu.QuipuException naming the image and what is wrong with it */
  public RgbImage decode() {
    return ImageDecoder.decode(bytes, name, transposeByExif);
  }

  private static String hash(byte[] bytes, boolean transposeByExif) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      digest.update((byte) (transposeByExif ? 1 : 0));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Equal bytes, turned alike, are the same image. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Image image && hash.equals(image.hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return name + " (" + size() + " bytes)";
  }
}
