package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.promptcache.PromptCacheFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code quipu generate --prompts FILE --out FILE}: the requests of one file, their results in another. */
final class Batch {

  private final Flags flags;
  private final ModelOptions model;
  private final Path prompts;
  private final Path out;

  /** @throws InvalidRequestException for a value out of its range */
  Batch(Flags flags) {
    this.flags = flags;
    refuseContradictions();
    new RequestOptions(flags, GenerationRequest.DEFAULT_MAX_TOKENS); // wrong defaults are no line's fault
    this.model = new ModelOptions(flags);
    this.prompts = path("prompts");
    this.out = path("out");
  }

  private void refuseContradictions() {
    if (!flags.has("out")) {
      throw flags.contradiction("--prompts needs --out FILE, where results go");
    }
    for (String flag : List.of("prompt", "json", "stream", "no-stream")) {
      flags.refuseTogether("prompts", flag);
    }
    if (!flags.words().isEmpty()) {
      throw flags.contradiction("--prompts leaves no place for the prompt \"" + String.join(" ", flags.words()) + "\"");
    }
  }

  private Path path(String flag) {
    try {
      return Path.of(flags.text(flag));
    } catch (InvalidPathException e) {
      throw new InvalidRequestException(flag, "must be a path but is " + flags.text(flag));
    }
  }

  /** @return the exit code */
  int run() {
    List<BatchRequest> all = BatchRequest.read(prompts, flags);
    try (BatchResults results = BatchResults.open(out)) {
      List<BatchRequest> open = all.stream().filter(request -> !results.has(request.id())).toList();
      if (open.isEmpty()) {
        System.err.println("Nothing is left to do: all " + all.size() + " requests are done");
        return Failures.DONE;
      }
      try (Engine engine = model.load(CacheFiles.settings(flags, model.kv));
          PromptCacheFile cache = CacheFiles.open(flags, engine)) {
        warn(open, engine);
        return new BatchRun(open, results).run(engine, cache, model.maxSequences) ? Failures.DONE : Failures.FAILED;
      }
    }
  }

  private static void warn(List<BatchRequest> requests, Engine engine) {
    Set<String> warnings = new LinkedHashSet<>();
    requests.forEach(request -> warnings.addAll(request.options().warnings(engine)));
    warnings.forEach(System.err::println);
  }
}
