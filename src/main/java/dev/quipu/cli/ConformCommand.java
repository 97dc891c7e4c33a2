package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.conform.Conformance;
import dev.quipu.conform.Glob;
import dev.quipu.conform.Suite;
import dev.quipu.conform.Verdict;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import dev.quipu.tensor.DType;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** {@code quipu conform}: runs a suite of golden cases, a line for each that fails or is skipped. */
final class ConformCommand implements Command {

  private static final Syntax SYNTAX = new Syntax("conform", "conform SUITE [FLAG]…",
      "Holds what quipu computes to golden cases, such as those of its own folder golden.",
      """
          A line for each case that failed or was skipped, then: N passed, N failed, N skipped. The exit code is 0 if
          nothing failed and something passed. golden/FORMAT.md is the format of a suite.""",
      Syntax.join(List.of(
          Syntax.flag("models", "DIR",
              "a folder of models, for those that the suite refers to and does not hold; may be repeated"),
          Syntax.flag("only", "GLOB",
              "only cases with such an id; * stands for any characters, / too; may be repeated"),
          Syntax.flag("ops", "scalar|vector",
              "which operations to hold to it: plain loops, or the Vector API (the default)"),
          KvOptions.DTYPE,
          Syntax.flag("threads", "N", "threads to compute with; without it, one a core"),
          Syntax.toggle("verbose", "a line for each case that passed too, and stack traces"))));

  private int passed;
  private int failed;
  private int skipped;

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    String name = flags.requireWord("SUITE");
    Suite suite = Suite.open(folder(name, "SUITE"));
    List<Path> models = flags.texts("models").stream().map(model -> folder(model, "--models")).toList();
    List<Suite.Entry> chosen = chosen(suite, flags.texts("only"));
    DType kvDtype = FloatTypes.of(flags, "kv-dtype", DType.F32);
    boolean verbose = flags.has("verbose");
    try (Ops ops = operations(flags);
        Conformance conformance = new Conformance(suite, models, ops, kvDtype);
        ProgressBar bar = ProgressBar.start("Running cases")) {
      for (int i = 0; i < chosen.size(); i++) {
        bar.update(i, chosen.size());
        long start = System.nanoTime();
        Verdict verdict = conformance.run(chosen.get(i));
        bar.aside(() -> report(verdict, ModelOptions.milliseconds(start), verbose, out));
      }
    }
    if (kvDtype != DType.F32) {
      out.println("Keys and values were kept in " + FloatTypes.name(kvDtype)
          + "; the suite and its tolerances are for float32");
    }
    out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
    return failed == 0 && passed > 0 ? Failures.DONE : Failures.FAILED;
  }

  private static List<Suite.Entry> chosen(Suite suite, List<String> only) {
    List<Glob> globs = only.stream().map(Glob::new).toList();
    List<Suite.Entry> chosen = suite.entries().stream()
        .filter(entry -> globs.isEmpty() || globs.stream().anyMatch(glob -> glob.matches(entry.id()))).toList();
    if (chosen.isEmpty()) {
      System.err.println(suite.entries().isEmpty()
          ? suite.root() + ": there is no case here: no folder in it holds a case.json"
          : "No case of " + suite.root() + " has an id like " + String.join(" or ", only));
    }
    return chosen;
  }

  private void report(Verdict verdict, long milliseconds, boolean verbose, Output out) {
    switch (verdict) {
      case Verdict.Passed p -> {
        passed++;
        if (verbose) {
          out.println("PASS " + p.id() + " (" + milliseconds + " ms)");
        }
      }
      case Verdict.Failed f -> {
        failed++;
        out.println("FAIL " + f.id() + ": " + f.reason());
        if (verbose && f.cause() != null) {
          f.cause().printStackTrace();
        }
      }
      case Verdict.Skipped s -> {
        skipped++;
        out.println("SKIP " + s.id() + ": " + s.reason());
      }
    }
  }

  /** The operations that were asked for and no others: a fallback would check something else. */
  private static Ops operations(Flags flags) {
    boolean vector = flags.choice("ops", OpsKind.VECTOR) == OpsKind.VECTOR;
    int threads = flags.integer("threads", 0);
    if (flags.has("threads") && threads < 1) {
      throw new InvalidRequestException("threads", "must be at least 1 but is " + threads);
    }
    String obstacle = vector ? OpsProvider.obstacleToVectors() : null;
    if (obstacle != null) {
      throw new QuipuException(obstacle + "; or hold the plain loops to the cases with --ops scalar");
    }
    boolean verbose = flags.has("verbose");
    return OpsProvider.choose(vector, threads, line -> {
      if (verbose) {
        System.err.println(line);
      }
    }, System.err::println);
  }

  private static Path folder(String name, String what) {
    try {
      Path folder = Path.of(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      // no folder has such a name
    }
    throw new QuipuException(what + ": there is no folder " + name);
  }
}
