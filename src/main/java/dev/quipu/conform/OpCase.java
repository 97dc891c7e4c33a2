package dev.quipu.conform;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.config.Config;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

  /** Compares a result that must be the same to the last bit. */
  void checkBytes(String role, MemorySegment got) {
    String name = expected.requireString(role);
    MemorySegment want = c.entry(name).data();
    if (got.byteSize() != want.byteSize()) {
      throw Mismatch.of(name, want.byteSize() + " bytes", got.byteSize());
    }
    long at = want.mismatch(got);
    if (at >= 0) {
      throw Mismatch.of(name + ", byte " + at, want.get(ValueLayout.JAVA_BYTE, at), got.get(ValueLayout.JAVA_BYTE, at));
    }
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
