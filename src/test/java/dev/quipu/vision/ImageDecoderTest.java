package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no image, or a damaged one, is named with the reason; what decodes is the image goldens' matter. */
class ImageDecoderTest {

  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource({
    "'',            the file is empty",
    "hello,         this is no image",
    "<svg xmlns,    kind SVG",
    "%PDF-1.7,      kind PDF",
    "II*\0x,        kind TIFF",
    "....ftypavif,  kind AVIF",
    "....ftypheic,  kind HEIC"
  })
  void whatIsNoImageIsNamed(String content, String reason) {
    assertThatThrownBy(() -> decode(content.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(QuipuException.class).hasMessageStartingWith("photo: ").hasMessageContaining(reason)
        .hasMessageContaining("PNG, JPEG, WebP, GIF and BMP");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> ImageDecoder.decode(folder.resolve("gone.png"), false))
        .isInstanceOf(QuipuException.class).hasMessageContaining("gone.png: there is no such file");
  }

  @Test
  void aFileTooLargeIsNotRead() throws IOException {
    Path file = folder.resolve("sparse.png");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(((long) ImageDecoder.MAX_FILE_MIB << 20) + (1 << 20));
    }
    assertThatThrownBy(() -> ImageDecoder.decode(file, false)).isInstanceOf(QuipuException.class)
        .hasMessageContaining("may have 256 MiB but this one has 257");
  }

  @Test
  void hugeSizesAreRefusedBeforeDecoding() {
    byte[] png = png(20_000, 20_000);
    assertThatThrownBy(() -> decode(png)).isInstanceOf(QuipuException.class).hasMessageContaining("20000x20000");
    byte[] gif = "GIF89a\u00ff\u00ff\u00ff\u00ff\0\0\0,\0\0\0\0\1\0\1\0\0\2".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> decode(gif)).isInstanceOf(QuipuException.class).hasMessageContaining("65535x65535");
    String lossless = "WEBPVP8L\12\0\0\0/\u00ff\u00ff\u00ff\17\0\0\0\0\0"; // 14 bits each of width and height
    byte[] webp = ("RIFF\26\0\0\0" + lossless).getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> decode(webp)).isInstanceOf(QuipuException.class).hasMessageContaining("16384x16384");
  }

  @Test
  void aCanvasThatIsTooLargeIsRefused() {
    String canvas = "VP8X\n\0\0\0\0\0\0\0\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"; // and nothing behind it
    assertThatThrownBy(() -> decode(("RIFF\26\0\0\0WEBP" + canvas).getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(QuipuException.class).hasMessageStartingWith("photo: ");
  }

  /** As Pillow has it: all of the last block must be there, whether its bits are needed or not. */
  @Test
  void aGifIsWhole() throws IOException {
    byte[] gif = Files.readAllBytes(Path.of("golden", "image", "gemma3-gif", "0.gif"));
    assertThatThrownBy(() -> decode(Arrays.copyOf(gif, gif.length - 3))).hasMessageContaining("its end is missing");
    gif[4] = '8';
    assertThatThrownBy(() -> decode(gif)).hasMessageContaining("version 88a of GIF is not known");
  }

  @Test
  void aWrongChecksumOfTheHeaderIsNamed() {
    byte[] png = png(2, 2);
    png[16 + 3] = 3; // the width
    assertThatThrownBy(() -> decode(png)).hasMessageContaining("the checksum of its chunk IHDR is wrong");
  }

  /** Every golden image cut short, and with bytes changed: refused by name, or decoded. */
  @Test
  void damagedFilesAreRefusedByName() throws IOException {
    Random random = new Random(8);
    int refused = 0;
    for (Path file : goldenImages()) {
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < 6; i++) {
        byte[] damaged = Arrays.copyOf(whole, i < 3 ? random.nextInt(whole.length) : whole.length);
        for (int change = 0; i >= 3 && change < 4; change++) {
          damaged[random.nextInt(whole.length)] = (byte) random.nextInt();
        }
        refused += isRefused(damaged) ? 1 : 0;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  private static boolean isRefused(byte[] file) {
    try {
      decode(file);
      return false;
    } catch (QuipuException e) {
      assertThat(e).hasMessageStartingWith("photo: ");
      return true;
    }
  }

  @Test
  void anEighthOfAFileIsNeverDecoded() throws IOException {
    for (Path file : goldenImages()) {
      byte[] whole = Files.readAllBytes(file);
      if (whole.length > 800) { // a few colours less and nothing might be missing
        assertThatThrownBy(() -> decode(Arrays.copyOf(whole, whole.length / 8))).as("%s", file)
            .isInstanceOf(QuipuException.class);
      }
    }
  }

  private static List<Path> goldenImages() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : ImageGoldenTest.cases()) {
      files.addAll(ImageGoldenTest.images(folder, ImageGoldenTest.json(folder)));
    }
    return files;
  }

  private static RgbImage decode(byte[] file) {
    return ImageDecoder.decode(file, "photo", true);
  }

  /** A header, and no data. */
  private static byte[] png(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(8 + 25);
    png.put("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1)).putInt(13);
    png.put("IHDR".getBytes(StandardCharsets.ISO_8859_1)).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
    CRC32 checksum = new CRC32();
    checksum.update(png.array(), 12, 17);
    return png.putInt((int) checksum.getValue()).array();
  }
}
