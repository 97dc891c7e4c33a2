package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.bench.Workload;
import dev.quipu.family.WeightFormat;
import dev.quipu.generate.EngineOptions;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Packing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.cli.Option;

/** What to measure, and with what. */
final class BenchOptions {

  static final List<Option> FLAGS = List.of(
      Syntax.flag("p", "n-prompt", "N,…", "tokens of a prompt (512); 0: none"),
      Syntax.flag("n", "n-gen", "N,…", "tokens to generate (128); 0: none"),
      Syntax.flag("b", "n-batch", "N,…", "sequences that are generated at a time (1)"),
      Syntax.flag("d", "n-depth", "N,…", "tokens that are in the context before (0)"),
      Syntax.flag("r", "repetitions", "N", "how often each test is timed (5)"),
      Syntax.flag("t", "threads", "N,…", "threads to compute with; without it, one a core"),
      Syntax.flag("ops", "scalar|vector", "how to compute: plain loops, or the Vector API (the default)"),
      Syntax.flag("model", "DIR|ID",
          "a folder, or an id in the local hub cache; without it, the model that quipu carries"),
      Syntax.flag("shape", "NAME",
          "made-up weights of this model's shape instead; an unknown name shows which there are; the path of a"
              + " config.json will do, too"),
      Syntax.flag("bits", "N", "of the made-up weights: 1, 2, 3, 4, 5, 6 or 8 (4)"),
      Syntax.flag("group-size", "N", "of the made-up weights: 32, 64 or 128 (64)"),
      Syntax.flag("mode", "MODE", "of the made-up weights: affine (the default), " + Packing.Micro.modes()),
      Syntax.flag("dtype", "TYPE", "made-up weights that are not quantized: float32, float16 or bfloat16"),
      KvOptions.DTYPE,
      Syntax.flag("prefill-step-size", "N", "prompt tokens computed at a time (512)"),
      Syntax.toggle("json", "a JSON object a line instead of a table"),
      Syntax.flag("allow-config-key", "KEY",
          "go on although config.json has this key, which quipu does not know; may be repeated"),
      Syntax.VERBOSE);

  private static final List<String> OF_SHAPES = List.of("bits", "group-size", "mode", "dtype");

  final String model; // null: the embedded one
  final String shape; // null: a checkpoint
  final WeightFormat format;
  final Set<String> allowedConfigKeys;
  final List<Workload> workloads = new ArrayList<>();
  final int repetitions;
  final List<Integer> threads;
  final boolean vector;
  final DType kvDtype;
  final int prefillStepSize;
  final boolean json;
  final boolean verbose;

  BenchOptions(Flags flags) {
    model = flags.text("model");
    shape = flags.text("shape");
    requireOneModel(flags);
    format = format(flags);
    allowedConfigKeys = Set.copyOf(flags.texts("allow-config-key"));
    workloads(flags);
    repetitions = atLeastOne("repetitions", flags.integer("repetitions", 5));
    vector = flags.choice("ops", OpsKind.VECTOR) == OpsKind.VECTOR;
    threads = threads(flags);
    kvDtype = FloatTypes.of(flags, "kv-dtype", DType.F32);
    prefillStepSize = atLeastOne("prefill_step_size", flags.integer("prefill-step-size", 512));
    json = flags.has("json");
    verbose = flags.has("verbose");
  }

  private void requireOneModel(Flags flags) {
    if (model != null && shape != null) {
      throw new InvalidRequestException("shape", "and --model are two models; give one");
    }
    for (String flag : OF_SHAPES) {
      if (shape == null && flags.has(flag)) {
        throw new InvalidRequestException(flag, "is for made-up weights: it needs --shape");
      }
    }
  }

  private static WeightFormat format(Flags flags) {
    if (flags.has("dtype")) {
      for (String other : List.of("bits", "group-size", "mode")) {
        if (flags.has(other)) {
          throw new InvalidRequestException("dtype", "and --" + other + " exclude each other");
        }
      }
      return new WeightFormat.Dense(FloatTypes.of(flags, "dtype", null));
    }
    String mode = flags.has("mode") ? flags.text("mode") : "affine";
    return new WeightFormat.Packed(mode.equals("affine") ? affine(flags) : micro(mode, flags));
  }

  private static Packing affine(Flags flags) {
    int bits = flags.integer("bits", 4);
    if (!Packing.Affine.BITS.contains(bits)) {
      throw new InvalidRequestException("bits", "must be 1, 2, 3, 4, 5, 6 or 8 but is " + bits);
    }
    int groupSize = flags.integer("group-size", 64);
    if (!Packing.Affine.GROUP_SIZES.contains(groupSize)) {
      throw new InvalidRequestException("group_size", "must be 32, 64 or 128 but is " + groupSize);
    }
    return new Packing.Affine(bits, groupSize);
  }

  private static Packing micro(String mode, Flags flags) {
    Packing.Micro micro = Packing.Micro.of(mode);
    if (micro == null) {
      throw flags.mustBe("mode", "affine or one of " + Packing.Micro.modes(), mode);
    }
    requireOwn("bits", flags.integer("bits", micro.bits()), micro.bits(), mode);
    requireOwn("group_size", flags.integer("group-size", micro.groupSize()), micro.groupSize(), mode);
    return micro;
  }

  private static void requireOwn(String parameter, int value, int own, String mode) {
    if (value != own) {
      throw new InvalidRequestException(parameter, "must be " + own + " for " + mode + " but is " + value);
    }
  }

  private void workloads(Flags flags) {
    for (int depth : sizes(flags, "n-depth", 0)) {
      for (int prompt : sizes(flags, "n-prompt", 512)) {
        if (prompt > 0) {
          workloads.add(Workload.prompt(prompt, depth));
        }
      }
      for (int generated : sizes(flags, "n-gen", 128)) {
        for (int batch : generated > 0 ? flags.allIntegers("n-batch", 1) : List.<Integer>of()) {
          workloads.add(Workload.generation(generated, depth).times(atLeastOne("n_batch", batch)));
        }
      }
    }
    if (workloads.isEmpty()) {
      throw new InvalidRequestException("n_gen", "is 0, and so is --n-prompt: there is nothing to measure");
    }
  }

  private static List<Integer> sizes(Flags flags, String flag, int absent) {
    List<Integer> sizes = flags.allIntegers(flag, absent);
    for (int size : sizes) {
      if (size < 0) {
        throw new InvalidRequestException(flag, "must be at least 0 but is " + size);
      }
    }
    return sizes;
  }

  private static List<Integer> threads(Flags flags) {
    List<Integer> threads = flags.allIntegers("threads", Runtime.getRuntime().availableProcessors());
    for (int count : threads) {
      if (count < 1 || count > EngineOptions.MAX_THREADS) {
        throw new InvalidRequestException(
            "threads", "must be in [1, " + EngineOptions.MAX_THREADS + "] but is " + count);
      }
    }
    return threads;
  }

  private static int atLeastOne(String parameter, int value) {
    if (value < 1) {
      throw new InvalidRequestException(parameter, "must be at least 1 but is " + value);
    }
    return value;
  }

  /** Refuses tests that are longer than the model's context. */
  void requireContext(int maxPositions) {
    for (Workload workload : workloads) {
      if ((long) workload.depth() + workload.positions() > maxPositions) {
        throw new InvalidRequestException(workload.prompt() > 0 ? "n_prompt" : "n_gen",
            "and --n-depth must be at most " + maxPositions + " together, which is this model's context, but are "
                + workload.positions() + " and " + workload.depth());
      }
    }
  }

  /** What is measured, if its weights are made up. */
  String name() {
    String file = shape.endsWith(".json") ? shape.substring(0, shape.length() - ".json".length()) : shape;
    return ModelOptions.lastPart(file) + "-" + format.label();
  }

  /** A line for those who asked for --verbose. */
  void say(String line) {
    if (verbose) {
      System.err.println(line);
    }
  }
}
