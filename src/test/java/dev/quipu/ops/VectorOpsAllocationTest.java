package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Rotation;
import dev.quipu.tensor.Weight;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A warm kernel allocates nothing, on any thread. One byte would mean that the JIT keeps vectors on the heap, and a
 * kernel ten times slower.
 */
class VectorOpsAllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 20;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Operands random = new Operands(7);
  private final VectorOps ops = VectorOpsTest.warm(2);

  @AfterEach
  void close() {
    ops.close();
  }

  @ParameterizedTest
  @EnumSource
  void linearAllocatesNothing(Regime regime) {
    List<Weight> weights = new ArrayList<>();
    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      weights.add(random.dense(type, 128, 512));
    }
    for (Packing.Micro packing : Packing.Micro.values()) {
      weights.add(random.micro(packing, 128, 512));
      weights.add(random.micro(packing, 128, 480));
    }
    for (int bits : new int[] {1, 2, 3, 4, 5, 6, 8}) {
      weights.add(random.affine(bits, 32, DType.F16, 128, 512));
      weights.add(random.affine(bits, 64, DType.BF16, 128, 512));
    }
    for (int rows : new int[] {1, 70}) {
      Mat out = Mat.zeros(rows, 128);
      for (Weight weight : weights) {
        Mat x = random.mat(rows, weight.in());
        Linear w = new Linear(weight, null);
        assertAllocatesNothing(rows + " rows, " + weight, () -> ops.linear(out, x, w, regime));
      }
    }
  }

  @Test
  void attentionAllocatesNothing() {
    AttentionShape shape = new AttentionShape(6, 2, 64, 0.125f, AttentionShape.ALL);
    KvCache cache = new KvCache.Full(2, 64);
    cache.append(random.mat(300, 128), random.mat(300, 128), 0, 300);
    Mat q = random.mat(10, 384);
    Mat out = Mat.zeros(10, 384);
    assertAllocatesNothing("attention", () -> ops.attention(out, q, 0, 10, cache, shape, 290));
    Mat many = random.mat(100, 384);
    Mat outs = Mat.zeros(100, 384);
    assertAllocatesNothing("attention, many rows", () -> ops.attention(outs, many, 0, 100, cache, shape, 200));
    AttentionShape capped = shape.withSoftcap(50);
    assertAllocatesNothing("attention, capped", () -> ops.attention(out, q, 0, 10, cache, capped, 290));
    AttentionShape rotating = shape.withWindow(20).withKeep(4);
    assertAllocatesNothing("attention, rotating", () -> ops.attention(out, q, 0, 10, cache, rotating, 290));
    for (int bits : new int[] {2, 3, 4, 6, 8}) {
      KvCache packed = new KvCache.Packed(2, 64, new Packing.Affine(bits, 64));
      packed.append(random.mat(300, 128), random.mat(300, 128), 0, 300);
      assertAllocatesNothing("attention, " + bits + " bits", () -> ops.attention(out, q, 0, 10, packed, shape, 290));
    }
  }

  @Test
  void theOtherOperationsAllocateNothing() {
    Mat x = random.mat(40, 1536);
    Mat y = random.mat(40, 1536);
    float[] weight = random.floats(1536);
    Rotation rotation = new Rotation(40, 64, false);
    Weight table = random.affine(8, 32, DType.F16, 50, 1536);
    int[] tokens = {3, 49, 7};
    assertAllocatesNothing("rmsNorm", () -> ops.rmsNorm(y, x, weight, 1e-5f));
    assertAllocatesNothing("layerNorm", () -> ops.layerNorm(y, x, weight, weight, 1e-5f));
    Mat pooled = Mat.zeros(2 * 5, 1536);
    assertAllocatesNothing("averagePool", () -> ops.averagePool(pooled, x, 10, 2, 2));
    assertAllocatesNothing("rope", () -> ops.rope(x, 64, rotation));
    for (Activation activation : Activation.values()) {
      assertAllocatesNothing("gate, " + activation, () -> ops.gate(x, y, activation));
      assertAllocatesNothing("activate, " + activation, () -> ops.activate(x, activation));
    }
    assertAllocatesNothing("softcap", () -> ops.softcap(x, 30));
    assertAllocatesNothing("scaleRows", () -> ops.scaleRows(x, weight));
    assertAllocatesNothing("add", () -> ops.add(x, y));
    assertAllocatesNothing("scale", () -> ops.scale(x, 0.5f));
    assertAllocatesNothing("embed", () -> ops.embed(x, 0, tokens, 0, 3, table));
  }

  /** Calls until a run of calls allocates nothing: before, the JIT is still at work. */
  private void assertAllocatesNothing(String what, Runnable call) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    long bytes;
    do {
      long before = allocated();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      bytes = allocated() - before;
    } while (bytes > 0 && System.nanoTime() < end);
    assertThat(bytes).as("bytes that %d calls allocated: %s", CALLS, what).isZero();
  }

  private long allocated() {
    long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    for (Thread thread : ops.workers()) {
      bytes += THREADS.getThreadAllocatedBytes(thread.threadId());
    }
    return bytes;
  }
}
