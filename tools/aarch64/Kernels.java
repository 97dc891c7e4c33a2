package dev.quipu.ops;

import com.sun.management.ThreadMXBean;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Matrix products of each weight format, warm, between marks for count.c: as the engine computes them, with all that
 * is done to activations and scales before; and the 4-bit kernel alone. For each span it prints a line: number, what,
 * regime, rows of activations, weights multiplied with them, bytes allocated meanwhile.
 *
 * <p>Arguments: parts of what is to be run; without one, all is.
 */
final class Kernels {

  private static final int OUT = 512;
  private static final int IN = 2048;
  private static final int KERNEL_OUT = 64;
  private static final int FEW_OUT = 16;
  private static final int FEW_IN = 512;
  private static final int CALLS = 3;
  private static final int MARK = 0x40000000;
  private static final long PATIENCE_NANOS = 90_000_000_000L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final MethodHandle GETPGID = Linker.nativeLinker().downcallHandle(
      Linker.nativeLinker().defaultLookup().findOrThrow("getpgid"),
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final Random random = new Random(5);
  private final VectorOps ops = new VectorOps(1);
  private int spans;

  public static void main(String[] args) throws Throwable {
    new Kernels().run(args);
  }

  private void run(String[] parts) throws Throwable {
    mark(0); // the first call allocates
    if (asked("4 bits, group 64, kernel", parts)) {
      for (int rows : new int[] {1, 2, 4}) {
        countKernel(rows);
      }
    }
    for (Map.Entry<String, Weight> weight : weights(OUT, IN).entrySet()) {
      String format = weight.getKey();
      if (asked(format, parts)) {
        Linear few = new Linear(weights(FEW_OUT, FEW_IN).get(format), null);
        Linear all = new Linear(weight.getValue(), null);
        for (int rows : new int[] {1, 2, 4, 8}) {
          countProduct(format, few, all, rows, Regime.GENERATE);
        }
        countProduct(format, few, all, 64, Regime.PROMPT);
      }
    }
  }

  private static boolean asked(String what, String[] parts) {
    return parts.length == 0 || Arrays.stream(parts).anyMatch(what::contains);
  }

  /** 64 rows a call, as {@link GenerateRows} has them, with scales, planes and biases' sums given. */
  private void countKernel(int rows) throws Throwable {
    MemorySegment packed = bytes(KERNEL_OUT * IN / 2);
    float[] planes = floats(rows * IN);
    float[] scales = floats(KERNEL_OUT * IN / 64);
    float[] lanes = new float[rows * KERNEL_OUT * 4];
    float[] out = new float[rows * KERNEL_OUT];
    count("4 bits, group 64, kernel", Regime.GENERATE, rows, (long) KERNEL_OUT * IN,
        () -> kernel(packed, FEW_OUT, FEW_IN, rows, planes, scales, lanes, out),
        () -> kernel(packed, KERNEL_OUT, IN, rows, planes, scales, lanes, out));
  }

  private static void kernel(
      MemorySegment packed, int out, int in, int rows, float[] planes, float[] scales, float[] lanes, float[] to) {
    int vectors = in / 32;
    int groups = in / 64;
    switch (rows) {
      case 1 -> NarrowAffine4Dot.whole(packed, 0, out, vectors, planes, 0, scales, 0, groups, lanes, 0);
      case 2 -> NarrowAffine4Dot.two(packed, 0, out, vectors, planes, 0, in, scales, 0, groups, 1, lanes, 0, 4 * out);
      case 4 -> NarrowAffine4Dot.four(packed, 0, out, vectors, planes, 0, in, scales, 0, groups, 1, lanes, 0, 4 * out);
      default -> throw new IllegalArgumentException("no kernel for " + rows + " rows at once");
    }
    RowLanes.add(lanes, 0, rows * out, 4, to, 0);
  }

  private void countProduct(String format, Linear few, Linear all, int rows, Regime regime) throws Throwable {
    Mat part = new Mat(floats(rows * FEW_IN), rows, FEW_IN);
    Mat partOut = Mat.zeros(rows, FEW_OUT);
    Mat x = new Mat(floats(rows * IN), rows, IN);
    Mat out = Mat.zeros(rows, OUT);
    count(format, regime, rows, (long) OUT * IN,
        () -> ops.linear(partOut, part, few, regime), () -> ops.linear(out, x, all, regime));
  }

  private void count(String what, Regime regime, int rows, long weights, Runnable few, Runnable all) throws Throwable {
    warmUp(few, all);
    int span = spans++;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    mark(MARK + 2 * span);
    for (int i = 0; i < CALLS; i++) {
      all.run();
    }
    mark(MARK + 2 * span + 1);
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    System.out.println(span + "\t" + what + "\t" + regime + "\t" + rows + "\t" + CALLS * weights + "\t" + bytes);
  }

  /** Short calls until the JIT has made of the kernel what allocates nothing, and some more; then long ones. */
  private static void warmUp(Runnable few, Runnable all) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    untilNothingIsAllocated(few, 500, end);
    untilNothingIsAllocated(few, 2500, end);
    untilNothingIsAllocated(all, CALLS, end);
  }

  private static void untilNothingIsAllocated(Runnable call, int calls, long end) {
    long before;
    do {
      before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < calls; i++) {
        call.run();
      }
    } while (THREADS.getCurrentThreadAllocatedBytes() > before && System.nanoTime() < end);
  }

  private static void mark(int number) throws Throwable {
    int _ = (int) GETPGID.invokeExact(number);
  }

  private Map<String, Weight> weights(int out, int in) {
    Map<String, Weight> weights = new LinkedHashMap<>();
    weights.put("4 bits, group 64", affine(4, 64, out, in));
    weights.put("4 bits, group 32", affine(4, 32, out, in));
    weights.put("8 bits, group 64", affine(8, 64, out, in));
    for (int bits : new int[] {2, 3, 5, 6}) {
      weights.put(bits + " bits, group 64", affine(bits, 64, out, in));
    }
    for (DType type : new DType[] {DType.BF16, DType.F16, DType.F32}) {
      weights.put(type.name().toLowerCase(Locale.ROOT), new Weight.Dense(type, floats(type, out * in), out, in));
    }
    for (Packing.Micro packing : Packing.Micro.values()) {
      weights.put(packing.mode(), micro(packing, out, in));
    }
    return weights;
  }

  private Weight affine(int bits, int groupSize, int out, int in) {
    int groups = out * in / groupSize;
    return new Weight.Affine(
        bytes(out * in / 8 * bits), floats(DType.BF16, groups), floats(DType.BF16, groups), DType.BF16,
        new Packing.Affine(bits, groupSize), out, in);
  }

  /** Codes and scales without a NaN: the top bit of an exponent is never set. */
  private Weight micro(Packing.Micro packing, int out, int in) {
    MemorySegment codes = bytes(out * in / 8 * packing.bits());
    MemorySegment scales = bytes(out * in / packing.groupSize());
    for (MemorySegment bytes : new MemorySegment[] {codes, scales}) {
      for (long i = 0; i < bytes.byteSize(); i++) {
        bytes.set(ValueLayout.JAVA_BYTE, i, (byte) (bytes.get(ValueLayout.JAVA_BYTE, i) & 0xBF));
      }
    }
    return new Weight.MicroScaled(codes, scales, packing, out, in);
  }

  private MemorySegment bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Arena.global().allocate(length, 64).copyFrom(MemorySegment.ofArray(bytes));
  }

  private MemorySegment floats(DType type, int count) {
    MemorySegment data = Arena.global().allocate((long) count * type.bytes(), 64);
    var ints = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    var shorts = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      float value = (float) random.nextGaussian();
      switch (type) {
        case F32 -> data.set(ints, 4L * i, Float.floatToRawIntBits(value));
        case F16 -> data.set(shorts, 2L * i, Float.floatToFloat16(value));
        default -> data.set(shorts, 2L * i, (short) (Float.floatToRawIntBits(value) >>> 16));
      }
    }
    return data;
  }

  private float[] floats(int length) {
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return floats;
  }
}
