package dev.quipu.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.family.ModelFamily;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.ops.VectorOps;
import dev.quipu.support.TinyModel;
import java.lang.management.ManagementFactory;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A decoded token makes no garbage once the code is compiled, on any thread; before that, vectors are objects. */
class DecoderAllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int[] TOKEN = {50};
  private static final int TOKENS_A_ROUND = 20;
  private static final int ROUNDS = 60;

  @Test
  void aDecodedTokenAllocatesNothing() {
    try (Checkpoint checkpoint = EmbeddedModel.open(); Ops ops = new VectorOps(2)) {
      ModelFamily.Model model = ModelFamily.load(checkpoint, Set.of());
      Decoder decoder = new Decoder(model.spec(), model.weights(), ops);
      assertThat(leastOfRounds(decoder, ROUNDS)).as("bytes for %d tokens", TOKENS_A_ROUND).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void neitherDoesATokenOfAnotherKindOfModel(TinyModel.Kind kind) {
    try (Ops ops = new VectorOps(2)) {
      Decoder decoder = new Decoder(TinyModel.spec(kind), TinyModel.weights(kind), ops);
      assertThat(leastOfRounds(decoder, 40 * ROUNDS)).as("%s: bytes for %d tokens", kind, TOKENS_A_ROUND).isZero();
    }
  }

  private static long leastOfRounds(Decoder decoder, int rounds) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < rounds && least > 0; round++) {
      least = Math.min(least, bytesOfARound(decoder));
    }
    return least;
  }

  private static long bytesOfARound(Decoder decoder) {
    SequenceCache cache = decoder.newCache();
    Segment segment = new Segment(cache);
    Batch batch = new Batch(Regime.GENERATE, segment);
    step(decoder, batch, segment);
    long[] threads = computingThreads();
    long first = allocated(threads);
    long before = allocated(threads);
    for (int i = 0; i < TOKENS_A_ROUND; i++) {
      step(decoder, batch, segment);
    }
    long costOfAsking = before - first;
    return allocated(threads) - before - costOfAsking;
  }

  private static void step(Decoder decoder, Batch batch, Segment segment) {
    segment.next(TOKEN, 0, 1, Segment.Logits.LAST);
    decoder.forward(batch);
  }

  private static long[] computingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread == Thread.currentThread() || thread.getName().startsWith("quipu"))
        .mapToLong(Thread::threadId).toArray();
  }

  private static long allocated(long[] threads) {
    long bytes = 0;
    for (long thread : threads) {
      bytes += THREADS.getThreadAllocatedBytes(thread);
    }
    return bytes;
  }
}
