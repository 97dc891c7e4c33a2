package dev.quipu.conform;

import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * Floats and their shape, row-major.
 *
 * @param values at least as many as the shape has elements
 */
record Tensor(float[] values, int... shape) {

  int elements() {
    int elements = 1;
    for (int dim : shape) {
      elements *= dim;
    }
    return elements;
  }

  /** Elements of the last axis; 1 for a scalar. */
  int cols() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /** All axes but the last as rows. */
  Mat mat() {
    return new Mat(values, cols() == 0 ? 0 : elements() / cols(), cols());
  }

  /** [A, B, C] as [B, A, C]. */
  Tensor swapped() {
    int a = shape[0];
    int b = shape[1];
    int c = shape[2];
    float[] out = new float[a * b * c];
    for (int i = 0; i < a; i++) {
      for (int j = 0; j < b; j++) {
        System.arraycopy(values, (i * b + j) * c, out, (j * a + i) * c, c);
      }
    }
    return new Tensor(out, b, a, c);
  }

  /** Refuses another number of axes, for which the case is not made. */
  Tensor requireAxes(String role, int axes) {
    if (shape.length != axes) {
      throw new Mismatch(role + ": expected " + axes + " axes, the shape is " + Arrays.toString(shape));
    }
    return this;
  }

  /** The place of an element, as coordinates. */
  static String coordinates(int index, int[] shape) {
    int[] at = new int[shape.length];
    for (int axis = shape.length - 1, rest = index; axis >= 0; axis--) {
      at[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return Arrays.toString(at);
  }
}
