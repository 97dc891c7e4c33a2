package dev.quipu.support;

import dev.quipu.ops.Ops;
import dev.quipu.ops.ScalarOps;
import dev.quipu.ops.VectorOps;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The implementations of the operations that every golden is held to, by name. */
public final class TestOps {

  private TestOps() {}

  public static Map<String, Supplier<Ops>> all() {
    Map<String, Supplier<Ops>> all = new LinkedHashMap<>();
    all.put("scalar", ScalarOps::new);
    all.put("vector", () -> new VectorOps(1));
    all.put("vector, 2 threads", () -> new VectorOps(2));
    return all;
  }
}
