package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.QuipuException;
import dev.quipu.vision.DamagedImages.Damaged;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each damaged file is refused with its name and the reason, within a second, or decoded as Pillow 13 decodes it. Runs
 * once more in a virtual machine of 64 MiB (pom.xml).
 */
class DamagedImagesTest {

  /** Name, hash of the file, then {@code refused}, or size and hash of the pixels: by tools/judge_images.py. */
  private static final Path VERDICTS = Path.of("src/test/resources/dev/quipu/vision/damaged-images.tsv");

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Test
  void damagedFilesAreRefusedOrDecodedAsPillowDecodesThem() throws IOException {
    Map<String, String[]> verdicts = verdicts();
    List<Damaged> files = DamagedImages.all();
    assertThat(files).hasSizeGreaterThan(400).extracting(Damaged::name).doesNotHaveDuplicates();
    List<String> wrong = new ArrayList<>();
    int refused = 0;
    for (Damaged file : files) {
      String[] verdict = verdicts.get(file.name());
      assertThat(verdict).as("%s: run tools/judge_images.py", file.name()).isNotNull();
      assertThat(hash(file.bytes())).as("%s: run tools/judge_images.py", file.name()).isEqualTo(verdict[1]);
      String found = found(file);
      refused += found.startsWith(file.name()) ? 1 : 0;
      if (!agrees(found, verdict[2], file.name())) {
        wrong.add(file.name() + ": Pillow: " + verdict[2] + ", here: " + found);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(refused).isGreaterThan(200);
  }

  /** A refusal has the name and a reason; it is welcome, too, where Pillow shows what is left of a picture. */
  private static boolean agrees(String found, String verdict, String name) {
    return found.startsWith(name)
        ? found.startsWith(name + ": ") && found.length() > name.length() + 10 : found.equals(verdict);
  }

  /** Size and hash of the pixels, or the message of the refusal. */
  private static String found(Damaged file) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    try {
      RgbImage image = ImageDecoder.decode(file.bytes(), file.name(), false);
      return image.width() + "x" + image.height() + " " + hash(image.rgb());
    } catch (QuipuException e) {
      long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
      assertThat(Duration.ofNanos(nanos)).as(file.name()).isLessThan(PATIENCE);
      return e.getMessage();
    }
  }

  private static Map<String, String[]> verdicts() throws IOException {
    Map<String, String[]> verdicts = new LinkedHashMap<>();
    for (String line : Files.readAllLines(VERDICTS)) {
      String[] columns = line.split("\t");
      verdicts.put(columns[0], columns);
    }
    return verdicts;
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
