package dev.quipu.vision;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings an image file into memory from where the user says it is: a path, a data URI, base64, or a web address if that
 * is allowed. Counts bytes before it takes them. Does not look at what it brings.
 *
 * @param allowsUrls whether http and https addresses are fetched
 */
public record ImageSource(boolean allowsUrls, Exif exif) {

  /** Whose pictures are turned as their EXIF data say. */
  public enum Exif {
    /** Those from paths, addresses and data URIs, not those from bare base64: as mlx-vlm and mlx-engine. */
    AS_MLX,
    ALWAYS,
    NEVER
  }

  /** Paths, data URIs and base64, turned as MLX does. */
  public static final ImageSource LOCAL = new ImageSource(false, Exif.AS_MLX);

  /** For connecting, and for the whole of an image from the web. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int NAME_LENGTH = 60; // of a data URI or an address, in a message
  private static final Pattern WEB = Pattern.compile("https?://.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern DATA = Pattern.compile("data:([^,]*),(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /**
   * The image at a path, in a data URI, or at a web address.
   *
   * @throws QuipuException if it is not there, too large, or an address that may not be fetched
   */
  public Image read(String source) {
    if (WEB.matcher(source).matches()) {
      return image(fetched(source), shortened(source), exif != Exif.NEVER);
    }
    if (source.regionMatches(true, 0, "data:", 0, 5)) {
      return image(inDataUri(source), shortened(source), exif != Exif.NEVER);
    }
    return image(inFile(path(source)), source, exif != Exif.NEVER);
  }

  /**
   * The image in bare base64, as some APIs take it.
   *
   * @param name what it is called in a message
   */
  public Image ofBase64(String base64, String name) {
    return image(decoded(base64, name), name, exif == Exif.ALWAYS);
  }

  private static Image image(byte[] bytes, String name, boolean transposeByExif) {
    return new Image(bytes, name, transposeByExif);
  }

  private static String shortened(String source) {
    return source.length() <= NAME_LENGTH ? source : source.substring(0, NAME_LENGTH - 1) + "…";
  }

  private static Path path(String source) {
    try {
      return source.startsWith("file:") ? Path.of(URI.create(source)) : Path.of(source);
    } catch (IllegalArgumentException e) {
      throw new QuipuException(source + ": is no path: " + e.getMessage(), e);
    }
  }

  static byte[] inFile(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      requireSize(file.toString(), Files.isRegularFile(file) ? Files.size(file) : 0);
      int most = mostBytes();
      byte[] bytes = in.readNBytes(most); // a pipe does not say how much it holds
      if (bytes.length == most) {
        throw tooLarge(file.toString(), most);
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new QuipuException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] inDataUri(String uri) {
    Matcher parts = DATA.matcher(uri);
    if (!parts.matches()) {
      throw new QuipuException(shortened(uri) + ": a data URI has a comma before its data, and this has none");
    }
    if (!parts.group(1).toLowerCase().endsWith(";base64")) {
      throw new QuipuException(shortened(uri) + ": the data of an image must be base64 (data:image/png;base64,…)");
    }
    return decoded(parts.group(2), shortened(uri));
  }

  /** Lines may be broken, and the end need not be filled up. */
  private static byte[] decoded(String base64, String name) {
    requireSize(name, base64.length() / 4 * 3L);
    try {
      return Base64.getDecoder().decode(base64.replaceAll("\\s", "").replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw new QuipuException(name + ": this is not base64: " + e.getMessage(), e);
    }
  }

  private byte[] fetched(String address) {
    String name = shortened(address);
    if (!allowsUrls) {
      throw new QuipuException(
          name + ": images are not fetched from the web unless --image-urls allows it; save it and give its path");
    }
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE)
        .followRedirects(HttpClient.Redirect.NORMAL).build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address)).header("User-Agent", "quipu").build();
      HttpResponse<byte[]> response = response(client, request, name);
      if (response.statusCode() != 200) {
        throw new QuipuException(name + ": the server answers with status " + response.statusCode());
      }
      return response.body();
    } catch (IllegalArgumentException e) {
      throw new QuipuException(name + ": is no web address: " + e.getMessage(), e);
    }
  }

  private static HttpResponse<byte[]> response(HttpClient client, HttpRequest request, String name) {
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes()));
    try {
      return response.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new QuipuException(name + ": was not there after " + PATIENCE.toSeconds() + " seconds", e);
    } catch (ExecutionException e) {
      throw new QuipuException(name + ": cannot be fetched: " + reason(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QuipuException(name + ": was not waited for", e);
    } finally {
      response.cancel(true);
      client.shutdownNow();
    }
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** Half of the memory that is left may go into a file; the other half is needed for the picture in it. */
  private static int mostBytes() {
    return (int) Math.min((ImageDecoder.MAX_FILE_MIB << 20) + 1, ImageTooLarge.memoryLeft() / 2);
  }

  static void requireSize(String name, long bytes) {
    if (bytes >= mostBytes()) {
      throw tooLarge(name, bytes);
    }
  }

  private static QuipuException tooLarge(String name, long bytes) {
    if (bytes > (long) ImageDecoder.MAX_FILE_MIB << 20) {
      return new QuipuException(name + ": an image file may have " + ImageDecoder.MAX_FILE_MIB
          + " MiB but this one has " + (bytes >> 20) + " or more");
    }
    return new QuipuException(name + ": this image file of " + (bytes >> 20) + " MiB or more does not fit into the "
        + (ImageTooLarge.memoryLeft() >> 20) + " MiB of memory that are left; start Java with a larger -Xmx");
  }
}
