package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A streamed token costs its strings and little else. */
class StreamDecoderAllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 50;
  /** The token, its bytes, the segment: three small objects and their contents, once in the chain and once outside. */
  private static final int BYTES_A_TOKEN = 300;

  @Test
  void aStreamedTokenCostsItsStringsAndLittleElse() {
    Tokenizer tokenizer = Tokenizer.load(Path.of("models/SmolLM2-135M-Instruct-4bit"));
    int[] ids = tokenizer.encode("The sky is blue because of Rayleigh scattering, größer 日本 👍.\n".repeat(50), false);
    StreamDecoder stream = tokenizer.streamDecoder(true);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int id : ids) {
        stream.push(id);
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least / ids.length).as("bytes a token, the least of %d rounds", ROUNDS).isLessThan(BYTES_A_TOKEN);
  }
}
