package dev.quipu.conform;

import dev.quipu.QuipuException;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.ops.ScalarOps;
import dev.quipu.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Runs the cases of one suite, one by one. A case that is wrong, or breaks the engine, fails by itself. */
public final class Conformance implements AutoCloseable {

  private final Bench bench;

  /**
   * @param models  folders of models, for references that the suite has no folder for
   * @param ops     the operations to be checked; stays open
   * @param kvDtype what keys and values are kept as; suites are made with float32
   */
  public Conformance(Suite suite, List<Path> models, Ops ops, DType kvDtype) {
    // to scalar operations both regimes are the same
    List<Regime> regimes = ops instanceof ScalarOps ? List.of(Regime.GENERATE) : List.of(Regime.values());
    this.bench = new Bench(new Library(suite.root(), models), ops, kvDtype, regimes);
  }

  public Verdict run(Suite.Entry entry) {
    return run(entry, _ -> {});
  }

  /** @param read told of a case that passed, before it is closed */
  Verdict run(Suite.Entry entry, Consumer<Case> read) {
    try (Case c = Case.open(entry.folder())) {
      Kind.named(c.json().requireString("kind")).run(c, bench);
      read.accept(c);
      return new Verdict.Passed(entry.id());
    } catch (Skip e) {
      return new Verdict.Skipped(entry.id(), oneLine(e.getMessage()));
    } catch (Mismatch e) {
      return new Verdict.Failed(entry.id(), oneLine(e.getMessage()), null);
    } catch (QuipuException e) {
      return new Verdict.Failed(entry.id(), oneLine(e.getMessage()), e);
    } catch (Throwable e) { // of whatever kind: it concerns this case, and the others still run
      return new Verdict.Failed(entry.id(), oneLine("internal error: " + e), e);
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ");
  }

  /** Closes the models. */
  @Override
  public void close() {
    bench.library().close();
  }
}
