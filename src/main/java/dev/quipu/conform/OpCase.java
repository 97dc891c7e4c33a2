package dev.quipu.conform;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.config.Config;
import java.util.Arrays;

/** A case of kind op: its parameters, and its tensors by role. */
record OpCase(Case c, Bench bench, Config params, Config inputs, Config expected) {

  static OpCase of(Case c, Bench bench) {
    Config json = c.json();
    return new OpCase(
        c, bench, json.requireObject("params"), json.requireObject("inputs"), json.requireObject("expected"));
  }

  boolean has(String role) {
    return inputs.has(role);
  }

  /** An input, widened; a copy that may be changed. */
  Tensor input(String role) {
    return c.floats(inputs.requireString(role));
  }

  int[] ids(String role) {
    return c.ids(inputs.requireString(role));
  }

  /** An input as it is stored. */
  TensorEntry entry(String role) {
    return c.entry(inputs.requireString(role));
  }

  /** Compares the one result. */
  void check(float[] values, int... shape) {
    String name = expected.requireString("out");
    Tolerance.of(c).check(name, new Tensor(values, shape), c.floats(name));
  }

  /** A weight for the last axis, or ones where there is none. */
  float[] weightOrOnes(String role, int length) {
    float[] weight = new float[length];
    if (!has(role)) {
      Arrays.fill(weight, 1);
      return weight;
    }
    Tensor stored = input(role);
    if (stored.shape().length != 1 || stored.elements() != length) {
      throw Mismatch.of(role, "shape [" + length + "]", "shape " + Arrays.toString(stored.shape()));
    }
    return stored.values();
  }
}
