package dev.quipu.promptcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files that are almost caches work or are refused: no other exception, no memory that the file does not fill. */
class DamagedPromptCacheTest {

  private static final byte[] GOOD = PromptCacheFuzz.contents(new byte[1]);

  @Test
  void anyEditOfTheHeaderWorksOrIsRefused() throws IOException {
    Random random = new Random(6);
    for (int i = 0; i < 700; i++) {
      byte[] choices = new byte[1 + random.nextInt(60)];
      random.nextBytes(choices);
      choices[0] = 0;
      PromptCacheFuzz.fuzzerTestOneInput(choices);
    }
  }

  @Test
  void anyTurnedBitWorksOrIsRefused() throws IOException {
    int header = GOOD[0] & 0xFF | (GOOD[1] & 0xFF) << 8;
    Random random = new Random(7);
    for (int i = 0; i < 700; i++) {
      byte[] file = GOOD.clone();
      int at = i % 4 == 0 ? random.nextInt(file.length) : random.nextInt(8 + header);
      file[at] ^= (byte) (1 << random.nextInt(8));
      feed(file);
    }
  }

  @Test
  void anyNumberOfALayerWorksOrIsRefused() throws IOException {
    int first = GOOD.length - 9 * Integer.BYTES;
    for (int i = 0; i < 9; i++) {
      for (int number : new int[] {-1, 0, 1, 10, 11, 12, 19, 21, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        byte[] file = GOOD.clone();
        for (int b = 0; b < Integer.BYTES; b++) {
          file[first + i * Integer.BYTES + b] = (byte) (number >> 8 * b);
        }
        feed(file);
      }
    }
  }

  @Test
  void theFileWithoutDamageIsRead() throws IOException {
    assertThat(PromptCacheFuzz.restored(GOOD)).isEqualTo(20);
  }

  private static void feed(byte[] file) throws IOException {
    byte[] input = new byte[1 + file.length];
    input[0] = 1;
    System.arraycopy(file, 0, input, 1, file.length);
    PromptCacheFuzz.fuzzerTestOneInput(input);
  }
}
