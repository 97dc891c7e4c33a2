package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.quipu.QuipuException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same picture from each of the places an image may come from, and what is said when it does not. */
class ImageSourceTest {

  private static final Path TURNED = Path.of("golden", "image", "gemma3-exif-6", "0.jpg"); // 40x30, as it is stored
  private static final ImageSource WEB = new ImageSource(true, ImageSource.Exif.AS_MLX);

  @TempDir
  Path folder;

  @Test
  void pathsDataUrisAndBase64GiveTheFile() throws IOException {
    byte[] bytes = Files.readAllBytes(TURNED);
    String base64 = Base64.getEncoder().encodeToString(bytes);
    String expected = new Image(bytes, "", true).hash();
    assertThat(ImageSource.LOCAL.read(TURNED.toString()).hash()).isEqualTo(expected);
    assertThat(ImageSource.LOCAL.read(TURNED.toUri().toString()).hash()).isEqualTo(expected);
    assertThat(ImageSource.LOCAL.read("data:image/jpeg;base64," + base64).hash()).isEqualTo(expected);
    assertThat(ImageSource.LOCAL.ofBase64(base64, "").hash()).isEqualTo(new Image(bytes, "", false).hash());
  }

  @Test
  void base64MayHaveLinesAndNoEnd() throws IOException {
    byte[] bytes = Arrays.copyOf(Files.readAllBytes(TURNED), 100);
    Image whole = new Image(bytes, "", false);
    assertThat(ImageSource.LOCAL.ofBase64(Base64.getMimeEncoder().encodeToString(bytes), "")).isEqualTo(whole);
    assertThat(ImageSource.LOCAL.ofBase64(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), ""))
        .isEqualTo(whole);
  }

  /** mlx-vlm turns what it loads itself; mlx-engine, which gets base64, does not. */
  @Test
  void exifIsObeyedAsInMlxUnlessTheSwitchSaysOtherwise() throws IOException {
    String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(TURNED));
    assertThat(ImageSource.LOCAL.read(TURNED.toString()).decode()).hasToString("30x40 pixels");
    assertThat(ImageSource.LOCAL.ofBase64(base64, "photo").decode()).hasToString("40x30 pixels");
    ImageSource always = new ImageSource(false, ImageSource.Exif.ALWAYS);
    assertThat(always.ofBase64(base64, "photo").decode()).hasToString("30x40 pixels");
    ImageSource never = new ImageSource(false, ImageSource.Exif.NEVER);
    assertThat(never.read(TURNED.toString()).decode()).hasToString("40x30 pixels");
    assertThat(never.read("data:image/jpeg;base64," + base64).decode()).hasToString("40x30 pixels");
  }

  @Test
  void aPictureTurnedIsAnotherImage() {
    byte[] bytes = {1, 2, 3};
    assertThat(new Image(bytes, "a", true)).isEqualTo(new Image(bytes.clone(), "b", true))
        .isNotEqualTo(new Image(bytes, "a", false)).isNotEqualTo(new Image(new byte[] {1, 2, 4}, "a", true));
  }

  @Test
  void theWebIsAskedOnlyIfItIsAllowed() throws IOException {
    HttpServer server = serverOf(Files.readAllBytes(TURNED));
    try {
      String address = "http://localhost:" + server.getAddress().getPort();
      assertThatThrownBy(() -> ImageSource.LOCAL.read(address + "/photo")).isInstanceOf(QuipuException.class)
          .hasMessageContaining("/photo: images are not fetched from the web unless --image-urls allows it");
      assertThat(WEB.read(address + "/photo")).isEqualTo(ImageSource.LOCAL.read(TURNED.toString()));
      assertThat(WEB.read(address + "/moved")).isEqualTo(ImageSource.LOCAL.read(TURNED.toString()));
      assertThatThrownBy(() -> WEB.read(address + "/gone")).isInstanceOf(QuipuException.class)
          .hasMessageContaining("/gone: the server answers with status 404");
      assertThatThrownBy(() -> WEB.read(address + "/endless")).isInstanceOf(QuipuException.class)
          .hasMessageContaining("/endless: cannot be fetched");
    } finally {
      server.stop(0);
    }
  }

  private static HttpServer serverOf(byte[] photo) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/photo", exchange -> {
      exchange.sendResponseHeaders(200, photo.length);
      exchange.getResponseBody().write(photo);
      exchange.close();
    });
    server.createContext("/moved", exchange -> {
      exchange.getResponseHeaders().add("Location", "/photo");
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    });
    server.createContext("/endless", exchange -> {
      exchange.sendResponseHeaders(200, 1L << 40); // says how large it would be
      exchange.getResponseBody().write(new byte[1 << 16]);
      exchange.close();
    });
    server.start();
    return server;
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertRefused(folder.resolve("gone.png").toString(), "gone.png: there is no such file");
    assertRefused(folder.toString(), "cannot be read");
    assertRefused("data:image/png;base64", "this has none");
    assertRefused("data:image/svg+xml,%3Csvg", "must be base64");
    assertRefused("data:image/png;base64,a*b", "this is not base64: Illegal base64 character 2a");
    assertRefused("a\0b", "is no path");
    assertThatThrownBy(() -> WEB.read("http://a b")).isInstanceOf(QuipuException.class)
        .hasMessageContaining("http://a b: is no web address");
  }

  @Test
  void aLongAddressIsNotRepeatedWhole() {
    assertThatThrownBy(() -> ImageSource.LOCAL.read("data:image/png;base64," + "A".repeat(1000)).decode())
        .hasMessageStartingWith("data:image/png;base64,AAAA").hasMessageContaining("…: this is no image")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  private static void assertRefused(String source, String reason) {
    assertThatThrownBy(() -> ImageSource.LOCAL.read(source)).isInstanceOf(QuipuException.class)
        .hasMessageContaining(reason);
  }
}
