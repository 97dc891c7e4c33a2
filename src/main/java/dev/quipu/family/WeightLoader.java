package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.checkpoint.WeightMap;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Packing;
import dev.quipu.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes weights of tensors: a matrix dense or quantized, as the configuration and the tensors beside it say, with every
 * shape and type checked. Matrices stay mapped; vectors are small and are widened to float32. Knows no role.
 */
final class WeightLoader implements WeightSource {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final WeightMap tensors;
  private final Quantization quantization;
  private final boolean stacked; // matrices lie one behind the other in tensors of three dimensions
  private final boolean unread; // shapes are checked, and no number is looked at

  WeightLoader(WeightMap tensors, Quantization quantization) {
    this(tensors, quantization, false, false);
  }

  private WeightLoader(WeightMap tensors, Quantization quantization, boolean stacked, boolean unread) {
    this.tensors = tensors;
    this.quantization = quantization;
    this.stacked = stacked;
    this.unread = unread;
  }

  /** The same, to find out whether all is there: it touches no page of the mapping, so its numbers mean nothing. */
  WeightLoader unread() {
    return new WeightLoader(tensors, quantization, stacked, true);
  }

  @Override
  public boolean has(String name) {
    return tensors.has(name);
  }

  @Override
  public Weight matrix(String path, int out, int in, String meaning) {
    return switch (quantization.of(path)) {
      case DENSE -> dense(path, out, in, meaning);
      case PACKED -> packed(path, out, in, quantization.packing(path), meaning);
      case BY_SHAPE -> tensors.has(path + ".scales")
          ? packed(path, out, in, implied(path, in), meaning)
          : dense(path, out, in, meaning);
    };
  }

  private Weight dense(String path, int out, int in, String meaning) {
    TensorEntry weight = take(path + ".weight");
    if (weight.dtype() == DType.U32) {
      throw new QuipuException(weight.name() + " is packed, but " + path + ".scales is missing");
    }
    return dense(weight, out, in, meaning);
  }

  private static Weight dense(TensorEntry weight, int out, int in, String meaning) {
    weight.expectShape(meaning, out, in);
    return new Weight.Dense(floating(weight), weight.data(), out, in);
  }

  private Weight packed(String path, int out, int in, Packing packing, String meaning) {
    int groupSize = packing.groupSize();
    if (in % groupSize != 0) {
      throw new QuipuException(path + ": " + in + " inputs are no multiple of the group size " + groupSize);
    }
    TensorEntry words = take(path + ".weight");
    requireType(words, DType.U32);
    words.expectShape(meaning + ", " + packing.bits() + " bits each", out, (long) in * packing.bits() / 32);
    TensorEntry scales = scales(path + ".scales", out, in / groupSize, groupSize);
    return switch (packing) {
      case Packing.Affine affine -> {
        TensorEntry biases = scales(path + ".biases", out, in / groupSize, groupSize);
        requireType(biases, floating(scales));
        yield new Weight.Affine(words.data(), scales.data(), biases.data(), scales.dtype(), affine, out, in);
      }
      case Packing.Micro micro -> {
        requireType(scales, DType.U8);
        refuseGlobalScale(path);
        yield new Weight.MicroScaled(words.data(), scales.data(), micro, out, in);
      }
    };
  }

  private TensorEntry scales(String name, int out, int groups, int groupSize) {
    return take(name).expectShape("groups of " + groupSize, out, groups);
  }

  private void refuseGlobalScale(String path) {
    if (tensors.has(path + ".global_scale")) {
      throw new QuipuException(path + ".global_scale: a scale for the whole tensor is not supported here "
          + "(mlx-lm has it on layers of experts only)");
    }
  }

  private Packing implied(String path, int in) {
    TensorEntry scales = take(path + ".scales");
    return Quantization.implied(
        path, in, columns(take(path + ".weight")), columns(scales), scales.dtype() == DType.U8);
  }

  private static long columns(TensorEntry entry) {
    return entry.shape().length == 2 ? entry.shape()[1] : 0;
  }

  @Override
  public List<Weight> stack(String path, int count, int out, int in, String meaning) {
    WeightLoader loader = new WeightLoader(tensors, quantization, true, unread);
    return WeightSource.parts(loader.matrix(path, WeightSource.rows(path, count, out), in, meaning), count);
  }

  @Override
  public List<Weight> denseStack(String name, int count, int out, int in, String meaning) {
    WeightLoader loader = new WeightLoader(tensors, quantization, true, unread);
    return WeightSource.parts(loader.dense(loader.take(name), WeightSource.rows(name, count, out), in, meaning), count);
  }

  @Override
  public Weight convolution(String path, int out, int patch, int channels, String meaning) {
    TensorEntry entry = tensors.take(path + ".weight");
    DType dtype = floating(entry);
    int in = Math.multiplyExact(patch * patch, channels);
    if (Arrays.equals(entry.shape(), new long[] {out, channels, patch, patch}) && channels != patch) {
      return new Weight.Dense(dtype, transposed(entry.data(), dtype, out, channels, patch * patch), out, in);
    }
    return new Weight.Dense(dtype, entry.expectShape(meaning, out, patch, patch, channels).data(), out, in);
  }

  @Override
  public Weight transposed(String name, int out, int in, String meaning) {
    TensorEntry entry = tensors.take(name).expectShape(meaning, in, out);
    DType dtype = floating(entry);
    return new Weight.Dense(dtype, transposed(entry.data(), dtype, 1, in, out), out, in);
  }

  /** A copy of matrices [count, rows, columns], each as [columns, rows]. */
  private MemorySegment transposed(MemorySegment data, DType dtype, int count, int rows, int columns) {
    if (unread) {
      return data;
    }
    int size = dtype.bytes();
    MemorySegment copy = Arena.ofAuto().allocate(data.byteSize(), Long.BYTES);
    for (long i = 0; i < (long) count * rows * columns; i++) {
      long matrix = i / ((long) rows * columns) * rows * columns;
      long to = matrix + i % columns * rows + (i - matrix) / columns;
      MemorySegment.copy(data, i * size, copy, to * size, size);
    }
    return copy;
  }

  private TensorEntry take(String name) {
    TensorEntry entry = tensors.take(name);
    return stacked ? entry.stackedRows() : entry;
  }

  @Override
  public void ignore(String path) {
    for (String part : List.of(".weight", ".scales", ".biases", ".bias")) {
      tensors.ignore(path + part);
    }
  }

  @Override
  public float[] vector(String name, int length, String meaning) {
    TensorEntry entry = tensors.take(name).expectShape(meaning, length);
    DType dtype = floating(entry);
    float[] values = new float[length];
    for (int i = 0; i < length && !unread; i++) {
      values[i] = element(entry.data(), dtype, i);
    }
    return values;
  }

  /** Refuses a checkpoint with tensors that were not read, but for those that the family knows to be superfluous. */
  void refuseUnread(Predicate<String> superfluous) {
    List<String> unread = tensors.unused().stream().filter(superfluous.negate()).toList();
    if (!unread.isEmpty()) {
      throw new QuipuException("The checkpoint has " + unread.size() + " tensor" + (unread.size() == 1 ? "" : "s")
          + " that no layer of this model reads, such as " + unread.getFirst()
          + ": config.json describes another model, or this architecture has parts that are not supported");
    }
  }

  private static float element(MemorySegment data, DType dtype, int i) {
    return switch (dtype) {
      case F32 -> data.get(FLOAT, 4L * i);
      case F16 -> Float.float16ToFloat(data.get(SHORT, 2L * i));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2L * i) << 16);
      case U32, U8, I32 -> throw new IllegalArgumentException("no float type: " + dtype);
    };
  }

  private static DType floating(TensorEntry entry) {
    return switch (entry.dtype()) {
      case F32, F16, BF16 -> entry.dtype();
      case U32, U8, I32 -> throw new QuipuException(
          entry.name() + ": expected F32, F16 or BF16, the file has " + entry.dtype());
    };
  }

  private static void requireType(TensorEntry entry, DType expected) {
    if (entry.dtype() != expected) {
      throw new QuipuException(entry.name() + ": expected " + expected + ", the file has " + entry.dtype());
    }
  }
}
