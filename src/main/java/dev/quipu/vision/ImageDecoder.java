package dev.quipu.vision;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An image file as red, green and blue bytes, the same that Pillow's {@code open(file).convert("RGB")} gives:
 * transparency is dropped and never blended, colour profiles are ignored, of an animation the first frame is taken.
 * Whatever is wrong with a file is said with its name; no file makes the engine ask for more memory than there is.
 */
public final class ImageDecoder {

  /** A file larger than this is not read. */
  public static final int MAX_FILE_MIB = 256;

  /** Pixels of the largest picture that is decoded: twice what Pillow warns of, where it refuses. */
  public static final int MAX_PIXELS = 2 * (1024 * 1024 * 1024 / 4 / 3);

  private ImageDecoder() {}

  /**
   * @param transposeByExif whether the picture is turned as its EXIF data say, as mlx-vlm does with files and URLs
   * @throws QuipuException if there is no such file, or it is no image that can be read
   */
  public static RgbImage decode(Path file, boolean transposeByExif) {
    return decode(ImageSource.inFile(file), file.toString(), transposeByExif);
  }

  /**
   * As {@link #decode(Path, boolean)}, of a file in memory.
   *
   * @param name what the image is called in a message
   */
  public static RgbImage decode(byte[] file, String name, boolean transposeByExif) {
    ImageFormat format = ImageFormat.of(file).orElseThrow(() -> new QuipuException(
        name + ": " + ImageFormat.describe(file) + "; images are read as PNG, JPEG, WebP, GIF and BMP"));
    try {
      RgbImage image = pixels(file, format);
      return transposeByExif ? Orientation.of(file, format).apply(image) : image;
    } catch (ImageTooLarge e) {
      throw new QuipuException(name + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new QuipuException(name + ": decoding this " + format + " file needs more memory than there is ("
          + (ImageTooLarge.memoryLeft() >> 20) + " MiB are left); start Java with a larger -Xmx", e);
    } catch (IOException e) {
      throw new QuipuException(name + ": this " + format + " file cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static RgbImage pixels(byte[] file, ImageFormat format) throws IOException {
    return switch (format) {
      case GIF -> new GifDecoder(file).firstFrame();
      case JPEG -> JpegDecoder.decode(file);
      case PNG, BMP -> PlainDecoder.decode(file, format);
      case WEBP -> WebpDecoder.decode(file);
    };
  }
}
