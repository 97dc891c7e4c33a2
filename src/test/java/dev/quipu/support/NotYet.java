package dev.quipu.support;

import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The golden cases that are ahead of the engine: each is skipped, visibly, with the reason. */
public final class NotYet {

  private record Exclusion(String ids, String reason) {}

  private static final List<Exclusion> EXCLUSIONS = List.of(
      new Exclusion(".*-(mxfp4|mxfp8|nvfp4).*", "the one-byte scales of mxfp4, mxfp8 and nvfp4 are refused by name"),
      new Exclusion("op/quantize-.*", "the engine reads quantized weights and makes none"),
      new Exclusion(".*/(?!llama-mixed$).*-mixed(-modes)?|.*/llama-inferred", "one of its modules is in a float format"),
      new Exclusion("op/(softmax|log_softmax).*", "a part of attention and sampling, not an operation of its own"));

  private NotYet() {}

  /** Skips the running test if the case is excluded. */
  public static void skip(String id) {
    for (Exclusion exclusion : EXCLUSIONS) {
      Assumptions.assumeFalse(id.matches(exclusion.ids), exclusion.reason);
    }
  }
}
