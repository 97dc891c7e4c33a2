package dev.quipu.vision;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One image file in the hands of an ImageIO plug-in. Checks the size before decoding, and turns whatever the plug-in
 * throws at a damaged file into an {@link IOException}. Knows nothing of colours.
 */
final class PluginReader implements AutoCloseable {

  /** Memory that a plug-in uses besides its result, a pixel. */
  private static final int PLUGIN_BYTES = 1;

  private final ImageReader reader;
  private String complaint; // of the plug-in, which goes on with what it makes up

  /** @param format the plug-in's name for the format, such as {@code png} */
  PluginReader(String format, byte[] file) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new IOException("this Java has no ImageIO plug-in for it");
    }
    reader = readers.next();
    reader.addIIOReadWarningListener((_, warning) -> complaint = complaint == null ? warning : complaint);
    reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)), true, true);
  }

  /** The picture in the plug-in's own kind of pixels. */
  BufferedImage image() throws IOException {
    return guarded(() -> {
      requireSize();
      return reader.read(0);
    });
  }

  /** The samples as they are stored, before any change of colours. */
  Raster raster() throws IOException {
    return guarded(() -> {
      requireSize();
      return reader.readRaster(0, null);
    });
  }

  private void requireSize() throws IOException {
    ImageTooLarge.refuse(reader.getWidth(0), reader.getHeight(0), 0); // the header is enough for this
    ImageTypeSpecifier type = reader.getRawImageType(0);
    int bytes = type == null ? 4 : Math.ceilDiv(type.getColorModel().getPixelSize(), 8);
    ImageTooLarge.refuse(reader.getWidth(0), reader.getHeight(0), bytes + PLUGIN_BYTES);
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  /** A plug-in meets a damaged file with all kinds of exceptions; an array too large for the heap is one of them. */
  private <T> T guarded(Action<T> action) throws IOException {
    T result;
    try {
      result = action.run();
    } catch (ImageTooLarge e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw new IOException("it is damaged (" + reason(e) + ")", e);
    }
    if (complaint != null) {
      throw new IOException("it is damaged (" + complaint.lines().findFirst().orElse("") + ")");
    }
    return result;
  }

  private static String reason(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException) {
        return "its end is missing";
      }
    }
    return e.getMessage() == null ? "the decoder failed" : e.getMessage().lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    reader.dispose();
  }
}
