package dev.quipu.conform;

import dev.quipu.ops.Activation;
import java.util.Map;
import java.util.TreeMap;

/** Kind op: one operation. Which of them there are, and which class asks the engine for each. */
final class OpCheck {

  private interface Operation {
    void run(OpCase c);
  }

  private static final Map<String, Operation> OPERATIONS = new TreeMap<>(Map.ofEntries(
      Map.entry("rms_norm", RowOperations::rmsNorm),
      Map.entry("softmax", RowOperations::softmax),
      Map.entry("log_softmax", RowOperations::logSoftmax),
      Map.entry("silu", c -> RowOperations.activate(c, Activation.SILU)),
      Map.entry("gelu_tanh", c -> RowOperations.activate(c, Activation.GELU_TANH)),
      Map.entry("gelu_erf", c -> RowOperations.activate(c, Activation.GELU_ERF)),
      Map.entry("softcap", RowOperations::softcap),
      Map.entry("swiglu", c -> RowOperations.gate(c, Activation.SILU)),
      Map.entry("geglu", c -> RowOperations.gate(c, Activation.GELU_TANH)),
      Map.entry("rope", HeadOperations::rope),
      Map.entry("sdpa", HeadOperations::attention),
      Map.entry("matmul", MatrixOperations::linear),
      Map.entry("quantized_matmul", MatrixOperations::linear),
      Map.entry("dequantize", MatrixOperations::dequantize),
      Map.entry("embedding", MatrixOperations::embedding),
      Map.entry("quantize", MatrixOperations::quantize),
      Map.entry("layer_norm", TowerOperations::layerNorm),
      Map.entry("conv2d", TowerOperations::convolution),
      Map.entry("avg_pool", TowerOperations::averagePool)));

  private OpCheck() {}

  static void run(Case c, Bench bench) {
    String name = c.json().requireString("op");
    Operation operation = OPERATIONS.get(name);
    if (operation == null) {
      throw new Mismatch("unknown op \"" + name + "\"; known: " + String.join(", ", OPERATIONS.keySet()));
    }
    operation.run(OpCase.of(c, bench));
  }
}
