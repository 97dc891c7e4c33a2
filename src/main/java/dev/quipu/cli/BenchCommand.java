package dev.quipu.cli;

import dev.quipu.QuipuException;
import dev.quipu.bench.Bench;
import dev.quipu.bench.Cliffs;
import dev.quipu.bench.Result;
import dev.quipu.bench.Shapes;
import dev.quipu.bench.Work;
import dev.quipu.bench.Workload;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.family.ModelFamily;
import dev.quipu.family.ModelFamily.Model;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.hub.Models;
import dev.quipu.model.Decoder;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** {@code quipu bench}: how fast a model runs here, beside what this machine could do at most. */
final class BenchCommand implements Command {

  private static final Syntax SYNTAX = new Syntax("bench", "bench [FLAG]…",
      "How fast a model reads a prompt and generates, as in llama-bench, beside what this machine could do at most.",
      """
          N,… is one number or several; the flag may also be repeated. A test is run for some seconds first, then
          timed. ppN reads a prompt of N tokens, tgN generates N one by one, xB of B sequences at a time, @dN after N
          others; tokens are random, and none is drawn. GB/s counts the weights that a pass reads and the keys and values that it sees; the
          stream is how fast this machine sums up a GiB. GFLOP/s counts the matrix products; the peak is how fast it
          multiplies and adds in registers. Both are measured in the same run, with as many threads.""",
      Syntax.join(BenchOptions.FLAGS));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    flags.requireNoWords();
    BenchOptions options = new BenchOptions(flags);
    if (options.shape == null) {
      try (Checkpoint checkpoint = Models.open(options.model)) {
        String name = options.model == null ? EmbeddedModel.NAME : ModelOptions.lastPart(options.model);
        measure(name, ModelFamily.load(checkpoint, options.allowedConfigKeys), options, out);
      }
      return Failures.DONE;
    }
    Config config = shape(options.shape);
    try (Arena memory = Arena.ofShared()) {
      long start = System.nanoTime();
      Model model = ModelFamily.madeUp(config, options.format, Posix.memory(memory));
      options.say("Made up weights in " + ModelOptions.milliseconds(start) + " ms");
      measure(options.name(), model, options, out);
    }
    return Failures.DONE;
  }

  private static Config shape(String shape) {
    if (!shape.endsWith(".json")) {
      return Shapes.config(shape);
    }
    try {
      return Config.of(shape, Json.parse(Files.newInputStream(Path.of(shape)), shape));
    } catch (IOException | InvalidPathException e) {
      throw new QuipuException(shape + ": cannot read it: " + Failures.reason(e), e);
    }
  }

  private static void measure(String name, Model model, BenchOptions options, Output out) {
    options.requireContext(model.spec().maxPositions());
    if (!options.json) {
      out.print(BenchReport.header(options.kvDtype));
    }
    Work work = new Work(model.spec(), model.weights(), options.kvDtype);
    for (int threads : options.threads) {
      try (Ops ops = OpsProvider.choose(options.vector, threads, options::say, System.err::println)) {
        BenchSetting setting = BenchSetting.of(name, threads, options);
        Decoder decoder = new Decoder(model.spec(), model.weights(), ops);
        Bench bench = new Bench(decoder, work, options.kvDtype, options.prefillStepSize);
        for (Workload workload : options.workloads) {
          Result result = time(bench, workload, options.repetitions);
          BenchReport report = new BenchReport(setting, work, result);
          out.print(options.json ? report.json() : report.row());
          Cliffs.of(result, setting.vector() ? setting.roofs() : null).forEach(System.err::println);
        }
      }
    }
  }

  private static Result time(Bench bench, Workload workload, int repetitions) {
    try (ProgressBar bar = ProgressBar.start("Measuring " + workload.name())) {
      return bench.run(workload, repetitions, bar::update);
    }
  }
}
