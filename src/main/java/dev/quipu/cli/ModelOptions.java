package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.EngineOptions;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.hub.EmbeddedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Which model, and how it is loaded and run. */
final class ModelOptions {

  @Option(names = "--model", paramLabel = "DIR|ID",
      description = "a folder, or an id in the local hub cache; without it, the model that quipu carries")
  String model;

  @Option(names = "--chat-template", paramLabel = "FILE",
      description = "a Jinja chat template instead of the model's own")
  String chatTemplate;

  @Option(names = "--allow-config-key", paramLabel = "KEY",
      description = "go on although config.json has this key, which quipu does not know; may be repeated")
  List<String> allowedConfigKeys = new ArrayList<>();

  @Option(names = "--ops", paramLabel = "scalar|vector", defaultValue = "vector",
      description = "how to compute: plain loops, or the Vector API (the default)")
  OpsKind ops;

  @Option(names = "--threads", paramLabel = "N", description = "threads to compute with; without it, one a core")
  Integer threads;

  @Option(names = "--prefill-step-size", paramLabel = "N", defaultValue = "512",
      description = "prompt tokens computed at a time (512); does not change the answer")
  int prefillStepSize;

  @Option(names = "--verbose", description = "say what is done, and give stack traces")
  boolean verbose;

  Engine load() {
    EngineOptions options = new EngineOptions(
        ops, threads(), Set.copyOf(allowedConfigKeys), chatTemplateSource(), this::say, System.err::println);
    say("Java: " + Runtime.version() + " (" + System.getProperty("java.home") + ")");
    say("Vector module: loaded " + System.getProperty(Launcher.VECTOR_MODULE_PROPERTY, "by whoever started Java"));
    say("Model: " + name());
    long start = System.nanoTime();
    try (ProgressBar _ = ProgressBar.start("Loading " + name())) {
      Engine engine = Engine.load(model, options);
      say("Loaded in " + milliseconds(start) + " ms");
      return engine;
    }
  }

  private int threads() {
    if (threads != null && threads < 1) {
      throw new InvalidRequestException("threads", "must be at least 1 but is " + threads);
    }
    return threads == null ? 0 : threads;
  }

  private String name() {
    return model == null ? EmbeddedModel.NAME : model;
  }

  private String chatTemplateSource() {
    if (chatTemplate == null) {
      return null;
    }
    try {
      return new String(Files.readAllBytes(Path.of(chatTemplate)), StandardCharsets.UTF_8);
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
