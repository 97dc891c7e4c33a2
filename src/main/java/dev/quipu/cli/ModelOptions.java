package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.EngineOptions;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.ops.Ops;
import dev.quipu.ops.OpsProvider;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
      Syntax.flag("threads", "N", "threads to compute with; without it, one a core"),
      Syntax.VERBOSE);

  /** Of commands whose tokens see others by what is cached of them. */
  static final Option KV_DTYPE = Syntax.flag("kv-dtype", "TYPE",
      "what keys and values are kept as: float32 (the default), bfloat16 or float16, which are half the size and change"
          + " the numbers");

  /** Of commands that give the model prompts: these too. */
  static final List<Option> PROMPTING = List.of(
      Syntax.flag("chat-template", "FILE", "a Jinja chat template instead of the model's own"),
      Syntax.flag("prefill-step-size", "N", "prompt tokens computed at a time (512); does not change the answer"),
      KV_DTYPE);

  final String model;
  final String chatTemplate;
  final List<String> allowedConfigKeys;
  final OpsKind ops;
  final int threads; // 0: one a core
  final DType kvDtype;
  final int prefillStepSize;
  final boolean verbose;

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
    kvDtype = FloatTypes.of(flags, "kv-dtype", DType.F32);
    prefillStepSize = flags.integer("prefill-step-size", 512);
    verbose = flags.has("verbose");
  }

  Engine load() {
    EngineOptions options = new EngineOptions(
        ops, threads, Set.copyOf(allowedConfigKeys), chatTemplateSource(), kvDtype, null, 0,
        EngineOptions.DEFAULT_MAX_SEQUENCES, this::say, System.err::println);
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
