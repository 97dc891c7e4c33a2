package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Trace;
import dev.quipu.tensor.Mat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kind trace: the tensors on the way through the model, each compared as it is made; the first wrong one is told. */
final class TraceCheck {

  private TraceCheck() {}

  static void run(Case c, Bench bench) {
    Tolerance tolerance = Tolerance.of(c);
    List<Config> calls = c.json().requireObjects("calls");
    c.requireSome("calls", calls.size());
    List<EmbeddedRows> rows = c.json().has("images") ? seen(c, calls.getFirst(), bench, tolerance) : List.of();
    bench.inEachRegime(c.json().requireString("checkpoint"), session -> {
      session.embed(rows);
      for (Config call : calls) {
        call(c, call, session, tolerance);
      }
    });
  }

  /** The rows of the first call, whose tensors of tower and projector are compared. */
  private static List<EmbeddedRows> seen(Case c, Config call, Bench bench, Tolerance tolerance) {
    CaseImages images = CaseImages.of(c, bench);
    Map<String, Mat> tensors = images.tensors();
    String prefix = call.requireString("prefix");
    Set<String> wanted = new LinkedHashSet<>(call.requireStrings("tensors"));
    wanted.removeIf(name -> !isTower(name));
    tensors.forEach((name, m) -> {
      if (wanted.remove(name)) {
        Tensor expected = c.floats(prefix + name);
        tolerance.check(prefix + name, new Tensor(m.data(), m.rows(), m.cols()), expected);
      }
    });
    requireNone(prefix, wanted);
    return images.rows(call.requireInts("tokens"), images.features());
  }

  private static boolean isTower(String name) {
    return name.startsWith("vision_tower.") || name.startsWith("multi_modal_projector");
  }

  private static void call(Case c, Config call, Session session, Tolerance tolerance) {
    int[] tokens = call.requireInts("tokens");
    String prefix = call.requireString("prefix");
    Set<String> wanted = new LinkedHashSet<>(call.requireStrings("tensors"));
    c.requireSome("calls[].tensors", wanted.size());
    wanted.removeIf(name -> c.json().has("images") && isTower(name));
    Trace compare = (layer, tensor, m) -> {
      String name = Trace.fullName(layer, tensor);
      if (wanted.remove(name)) {
        Tensor expected = c.floats(prefix + name);
        tolerance.check(prefix + name, shaped(m, tokens.length, expected.shape()), expected);
      }
    };
    session.watch(tokens, FusedNames.addedTo(compare));
    requireNone(prefix, wanted);
  }

  private static void requireNone(String prefix, Set<String> wanted) {
    if (!wanted.isEmpty()) {
      throw new Mismatch(prefix + wanted.iterator().next() + ": this model makes no tensor of that name ("
          + wanted.size() + " such names)");
    }
  }

  /** A matrix [T·H, hd] as [T, H, hd], where that is what the case has. */
  private static Tensor shaped(Mat m, int tokens, int[] expected) {
    boolean perHead = expected.length == 3 && m.rows() % tokens == 0;
    return perHead
        ? new Tensor(m.data(), tokens, m.rows() / tokens, m.cols())
        : new Tensor(m.data(), m.rows(), m.cols());
  }
}
