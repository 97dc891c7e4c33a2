package dev.quipu.cli;

import dev.quipu.generate.Engine;
import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.promptcache.PromptCacheFile;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;

/**
 * Answers requests, several at a time, each as if it were alone, and writes results as they come. One that fails says
 * so in its result and keeps no other from going on; where results cannot be written, all end.
 */
final class BatchRun {

  private final int total;
  private final Queue<BatchRequest> waiting;
  private final BatchResults results;
  private final Set<Generation> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;
  private Throwable trouble; // guarded by this while work goes on, as the rest
  private int done;
  private int failed;
  private long tokens;

  BatchRun(List<BatchRequest> requests, BatchResults results) {
    this.total = requests.size();
    this.waiting = new ConcurrentLinkedQueue<>(requests);
    this.results = results;
  }

  /**
   * @param cache   of a text that all prompts follow, or null
   * @param atATime requests that are in the engine
   * @return whether none failed
   */
  boolean run(Engine engine, PromptCacheFile cache, int atATime) {
    long start = System.nanoTime();
    try (Interruption _ = Interruption.stops(this::stop)) {
      try (ProgressBar bar = ProgressBar.start("Answering");
          ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
        bar.update(0, total);
        for (int i = 0; i < Math.min(atATime, total); i++) {
          workers.execute(() -> work(request -> engine.generate(request.request(engine, cache)), bar));
        }
      } // when all have ended
      System.err.println(summary((System.nanoTime() - start) / 1e9));
    }
    switch (trouble) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException e -> throw e;
      default -> throw new AssertionError(trouble); // nothing else is caught
    }
    return failed == 0;
  }

  private void work(Function<BatchRequest, Generation> starting, ProgressBar bar) {
    try {
      for (BatchRequest next = waiting.poll(); next != null && !stopped; next = waiting.poll()) {
        answer(next, starting, bar);
      }
    } catch (RuntimeException | Error e) { // no result can be written
      end(e);
    }
  }

  private void answer(BatchRequest request, Function<BatchRequest, Generation> starting, ProgressBar bar) {
    WholeAnswer answer;
    try {
      answer = generate(starting.apply(request));
    } catch (RuntimeException | Error e) { // whatever it is, it is this request's
      String error = Failures.message(e, request.flags());
      bar.aside(() -> System.err.println(request.id() + ": " + error));
      results.append(line(request, json -> json.writeStringProperty("error", error)));
      count(0, true, bar);
      return;
    }
    if (answer.finished().reason() != StopReason.USER_CANCELLED) {
      results.append(line(request, json -> write(answer, json, request.flags().has("logprobs"))));
      count(answer.finished().figures().generationTokens(), false, bar);
    }
  }

  private static void write(WholeAnswer answer, JsonGenerator json, boolean logprobs) {
    json.writeStringProperty("text", answer.text());
    if (logprobs) {
      EventJson.tokens(json, answer.tokens());
    }
    EventJson.end(json, answer.finished(), PeakMemory.bytes());
  }

  private WholeAnswer generate(Generation started) {
    try (Generation generation = started) {
      running.add(generation);
      if (stopped) {
        generation.cancel();
      }
      return WholeAnswer.of(generation);
    } finally {
      running.remove(started);
    }
  }

  private static String line(BatchRequest request, Consumer<JsonGenerator> members) {
    return JsonLine.of(json -> {
      json.writeName("id");
      JsonLine.write(json, request.id());
      members.accept(json);
    });
  }

  private synchronized void count(int generated, boolean failure, ProgressBar bar) {
    tokens += generated;
    done += failure ? 0 : 1;
    failed += failure ? 1 : 0;
    bar.update(done + failed, total);
  }

  private synchronized void end(Throwable reason) {
    trouble = trouble == null ? reason : trouble;
    stop();
  }

  /** Ends what runs, without a result. */
  private void stop() {
    stopped = true;
    running.forEach(Generation::cancel);
  }

  private synchronized String summary(double seconds) {
    int left = total - done - failed;
    return String.format(Locale.ROOT, "Requests: %d done, %d failed%s | Generation: %d tokens, %.3f tokens-per-sec%s",
        done, failed, left == 0 ? "" : ", " + left + " left: the same command goes on", tokens, tokens / seconds,
        FiguresLine.memory(PeakMemory.bytes()));
  }
}
