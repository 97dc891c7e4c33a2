package dev.quipu.conform;

import dev.quipu.family.ModelFamily;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.KvSettings;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What cases are run with.
 *
 * @param library where checkpoints and tokenizers come from
 * @param ops     the operations to be checked
 * @param kvDtype what keys and values are kept as
 * @param regimes those that these operations tell apart, or one of them if they do not
 */
record Bench(Library library, Ops ops, DType kvDtype, List<Regime> regimes) {

  /** Runs a check on a fresh sequence of a model, in each regime. */
  void inEachRegime(String checkpoint, Consumer<Session> check) {
    inEachRegime(checkpoint, KvSettings.of(kvDtype), check);
  }

  /** The same, its keys and values kept as the settings say. */
  void inEachRegime(String checkpoint, KvSettings kv, Consumer<Session> check) {
    ModelFamily.Model model = library.model(checkpoint);
    inEachRegime(regime -> check.accept(new Session(model, ops, kv, regime)));
  }

  /** A fresh sequence of a model. */
  Session session(ModelFamily.Model model, Regime regime) {
    return new Session(model, ops, KvSettings.of(kvDtype), regime);
  }

  /** Runs a check in each regime; what is wrong says in which one. */
  void inEachRegime(RegimeCheck check) {
    for (Regime regime : regimes) {
      try {
        check.run(regime);
      } catch (Mismatch e) {
        throw regimes.size() == 1 ? e : e.in("regime " + regime.name().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** What is checked in one regime. */
  interface RegimeCheck {
    void run(Regime regime);
  }
}
