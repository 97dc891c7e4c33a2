package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.cli.Syntax.Group;
import dev.quipu.generate.Engine;
import dev.quipu.generate.EngineOptions;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import dev.quipu.tensor.KvSettings;
import dev.quipu.vision.VisionReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/** Which model, and how it is loaded and run. */
final class ModelOptions {

  /** Of commands that give the model ids. */
  static final List<Option> LOADING = List.of(
      Syntax.flag("model", "DIR|ID",
          "a folder, or an id in the local hub cache; without it, the model that quipu carries"),
      Syntax.flag("allow-config-key", "KEY",
          "go on although config.json has this key, which quipu does not know; may be repeated"),
      Syntax.flag("ops", "scalar|vector", "how to compute: plain loops, or the Vector API (the default)"),
      Syntax.number("threads", "N", "threads to compute with; without it, one a core"),
      Syntax.VERBOSE);

  static final Option DRAFT_MODEL = Syntax.flag("draft-model", "DIR|ID",
      "a small model of the same tokens, which guesses what the model will say");

  static final Option VISION_REFERENCE = Syntax.flag("vision-reference", "mlx|hf",
      "whose vision tower counts where mlx-vlm's is not the model's own: mlx, hf, or without it the better of both");

  /** What is kept of prompts and answers. */
  static final Group MEMORY = new Group("Memory", Stream.concat(
      Stream.of(Syntax.flag("memory-budget", "SIZE",
          "what keys and values may take, such as 512MB or 4GiB; without it, five eighths of the Java heap")),
      KvOptions.FLAGS.stream()).toList());

  /** The model of commands that ask it something. */
  static final Group MODEL = new Group("The model", Stream.concat(
      Stream.of(Syntax.flag("chat-template", "FILE", "a Jinja chat template instead of the model's own")),
      LOADING.stream()).toList());

  final String model;
  final String chatTemplate;
  final List<String> allowedConfigKeys;
  final OpsKind ops;
  final int threads; // 0: one a core
  final KvSettings kv;
  final String draftModel;
  final long memoryBudget; // 0: that of the engine
  final boolean verbose;
  final int maxSequences;
  final VisionReference visionReference;

  ModelOptions(Flags flags) {
    model = flags.text("model");
    chatTemplate = flags.text("chat-template");
    allowedConfigKeys = flags.texts("allow-config-key");
    ops = flags.choice("ops", OpsKind.VECTOR);
    threads = flags.integer("threads", 0);
    if (flags.has("threads") && threads < 1) {
      throw new InvalidRequestException(
          "threads", "must be in [1, " + EngineOptions.MAX_THREADS + "] but is " + threads);
    }
    kv = KvOptions.of(flags);
    if (flags.integer("prompt-lookup", 0) > 0) {
      flags.refuseTogether("draft-model", "prompt-lookup"); // only one can guess
    }
    draftModel = flags.text("draft-model");
    memoryBudget = Math.max(0, ByteSize.of(flags, "memory-budget"));
    if (flags.has("memory-budget") && memoryBudget < 1) {
      throw new InvalidRequestException("memory_budget", "must be at least 1 byte but is 0");
    }
    maxSequences = flags.integer("batch-size", EngineOptions.DEFAULT_MAX_SEQUENCES);
    if (maxSequences < 1) {
      throw new InvalidRequestException("max_sequences", "must be at least 1 but is " + maxSequences);
    }
    visionReference = flags.choice("vision-reference", VisionReference.MIXED);
    verbose = flags.has("verbose");
  }

  Engine load() {
    return load(kv);
  }

  /** @param kv instead of what the flags say */
  Engine load(KvSettings kv) {
    EngineOptions options = new EngineOptions(
        ops, threads, Set.copyOf(allowedConfigKeys), chatTemplateSource(), kv, draftModel,
        memoryBudget, maxSequences, visionReference, this::say, System.err::println);
    say("Java: " + Runtime.version() + " (" + System.getProperty("java.home") + ")");
    say("Vector module: loaded " + System.getProperty(Launcher.VECTOR_MODULE_PROPERTY, "by whoever started Java"));
    say("Model: " + name());
    long start = System.nanoTime();
    try (ProgressBar _ = ProgressBar.start("Loading " + lastPart(name()))) {
      Engine engine = Engine.load(model, options);
      say("Loaded in " + milliseconds(start) + " ms");
      return engine;
    }
  }

  /** The operations alone. */
  Ops operations() {
    return OpsProvider.choose(ops == OpsKind.VECTOR, threads, this::say, System.err::println);
  }

  private String name() {
    return model == null ? EmbeddedModel.NAME : model;
  }

  /** A folder by its own name, an id without the organisation. */
  static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/', name.length() - 2) + 1);
  }

  private String chatTemplateSource() {
    if (chatTemplate == null) {
      return null;
    }
    try {
      return Files.readString(Path.of(chatTemplate));
    } catch (IOException | InvalidPathException e) {
      throw new QuipuException("--chat-template: cannot read the file " + chatTemplate + ": " + Failures.reason(e), e);
    }
  }

  /** A line for those who asked for --verbose. */
  void say(String line) {
    if (verbose) {
      System.err.println(line);
    }
  }

  static long milliseconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }
}
