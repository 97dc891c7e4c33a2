package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Weight;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a model's weights come from: each is asked for by the path it has in a checkpoint and the shape that the
 * model's numbers give it, with the meaning of that shape for messages. Knows no role.
 */
interface WeightSource {

  /** Whether there is a tensor of this name. */
  boolean has(String name);

  /** {@code path.weight} [out, in], and what belongs to it if it is quantized. */
  Weight matrix(String path, int out, int in, String meaning);

  /** {@code path.weight} [count, out, in], and what belongs to it, as a matrix each. */
  List<Weight> stack(String path, int count, int out, int in, String meaning);

  /** The dense tensor of this very name, [count, out, in], as a matrix each. */
  List<Weight> denseStack(String name, int count, int out, int in, String meaning);

  /**
   * {@code path.weight} of a convolution over square patches, which MLX keeps as [out, patch, patch, channels] and
   * Transformers as [out, channels, patch, patch], as a projection of patches with their channels last.
   */
  Weight convolution(String path, int out, int patch, int channels, String meaning);

  /** The dense tensor of this very name, [in, out], as a projection. */
  Weight transposed(String name, int out, int in, String meaning);

  /** A vector, widened. */
  float[] vector(String name, int length, String meaning);

  /** Lets a module's tensors lie unread: it is there and not needed. */
  void ignore(String path);

  /** {@code path.weight} [out, in], with {@code path.bias} [out] if the configuration says so. */
  default Linear linear(String path, int out, int in, String meaning, boolean bias) {
    return new Linear(matrix(path, out, in, meaning), bias ? vector(path + ".bias", out, meaning) : null);
  }

  /** Matrices that lie one below the other, each by itself. */
  static List<Weight> parts(Weight all, int count) {
    int rows = all.out() / count;
    return IntStream.range(0, count).mapToObj(i -> all.rows(i * rows, rows)).toList();
  }

  /** The rows of so many matrices, one below the other. */
  static int rows(String name, int count, int out) {
    if ((long) count * out > Integer.MAX_VALUE) {
      throw new QuipuException(name + ": config.json asks for " + count + " matrices of " + out
          + " rows, more than any checkpoint has: it describes another model, or is damaged");
    }
    return count * out;
  }
}
