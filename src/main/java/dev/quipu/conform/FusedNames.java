package dev.quipu.conform;

import dev.quipu.model.Trace;
import dev.quipu.tensor.Mat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows projections that a checkpoint keeps in one matrix, as Phi-3 does, under the name of that matrix too: the rows
 * of the decoder's own projections side by side.
 */
public final class FusedNames implements Trace {

  private static final Map<String, List<String>> PARTS = Map.of(
      "self_attn.qkv_proj", List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
      "mlp.gate_up_proj", List.of("mlp.gate_proj", "mlp.up_proj"));

  private final Trace trace;
  private final Map<String, List<Mat>> parts = new HashMap<>();

  private FusedNames(Trace trace) {
    this.trace = trace;
  }

  public static Trace addedTo(Trace trace) {
    return new FusedNames(trace);
  }

  @Override
  public void at(int layer, String name, Mat m) {
    trace.at(layer, name, m);
    PARTS.forEach((fused, names) -> {
      if (names.contains(name)) {
        List<Mat> seen = parts.computeIfAbsent(fused, _ -> new ArrayList<>());
        if (name.equals(names.getFirst())) {
          seen.clear(); // a layer may lack the others
        }
        seen.add(m);
        if (seen.size() == names.size()) {
          trace.at(layer, fused, sideBySide(seen));
          seen.clear();
        }
      }
    });
  }

  private static Mat sideBySide(List<Mat> parts) {
    int rows = parts.getFirst().rows();
    Mat all = Mat.zeros(rows, parts.stream().mapToInt(Mat::cols).sum());
    for (int t = 0, at = 0; t < rows; t++) {
      for (Mat part : parts) {
        System.arraycopy(part.data(), t * part.cols(), all.data(), at, part.cols());
        at += part.cols();
      }
    }
    return all;
  }
}
