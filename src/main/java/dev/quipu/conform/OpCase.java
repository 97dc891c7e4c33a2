package dev.quipu.conform;

import dev.quipu.checkpoint.TensorEntry;
import dev.quipu.config.Config;
import dev.quipu.tensor.DType;
import java.lang.foreign.MemorySegment;
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

  /** Compares a result that must be the same to the bit. */
  void checkExact(String role, DType dtype, MemorySegment got, int... shape) {
    String name = expected.requireString(role);
    TensorEntry want = c.entry(name);
    if (want.dtype() != dtype || !Arrays.equals(Case.shape(want), shape)) {
      throw Mismatch.of(name, want.dtype() + " " + Arrays.toString(want.shape()), dtype + " " + Arrays.toString(shape));
    }
    long at = got.mismatch(want.data());
    if (at >= 0) {
      int index = Math.toIntExact(at / dtype.bytes());
      throw Mismatch.of(name + " " + Tensor.coordinates(index, shape),
          Case.element(want.dtype(), want.data(), index), Case.element(dtype, got, index));
    }
  }

  /** Compares the one result. */
  void check(float[] values, int... shape) {
    String name = expected.requireString("out");
    Tolerance.of(c).check(name, new Tensor(values, shape), c.floats(name));
  }

  /** A vector of a given length, widened. */
  float[] vector(String role, int length) {
    Tensor stored = input(role);
    if (!Arrays.equals(stored.shape(), new int[] {length})) {
      throw Mismatch.of(role, "shape [" + length + "]", "shape " + Arrays.toString(stored.shape()));
    }
    return stored.values();
  }
}
