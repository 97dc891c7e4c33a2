package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.InvalidRequestException;
import dev.quipu.generate.EngineOptions.OpsKind;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.tensor.KvSettings;
import dev.quipu.vision.VisionReference;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/**
 * Random requests of several clients at once to one engine: conversations that go on, that are cancelled while the
 * prompt is read or while the model answers, that nobody reads to the end, that are refused, whose processor throws.
 * Every request must end in one of the ways there are, and neither heap nor mappings nor threads may grow.
 *
 * <p>{@code -Dquipu.soak.seconds=N} says for how long.
 */
class SoakTest {

  private static final int SECONDS = Integer.getInteger("quipu.soak.seconds", 10);
  private static final int CLIENTS = 6;
  private static final long MIB = 1 << 20;
  private static final long BUDGET = 200 * MIB;

  private final Map<String, LongAdder> endings = new ConcurrentHashMap<>();
  private final LongAdder requests = new LongAdder();

  /** What must not grow. */
  private record Footprint(long heapMib, long mappings, int threads) {

    static Footprint now() throws IOException {
      System.gc();
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
      Path maps = Path.of("/proc/self/maps");
      long mappings = !Files.exists(maps) ? 0
          : Files.readString(maps).lines().filter(line -> line.contains("safetensors")).count();
      return new Footprint(heap, mappings, ManagementFactory.getThreadMXBean().getThreadCount());
    }
  }

  @Test
  void nothingGrowsAndEveryRequestIsAccountedFor() throws Exception {
    EngineOptions options = new EngineOptions(
        OpsKind.VECTOR, 0, Set.of(), null, KvSettings.FLOAT32, null, BUDGET, 4, VisionReference.MIXED, _ -> {},
        _ -> {});
    List<Footprint> footprints = new ArrayList<>();
    int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
    try (Engine engine = Engine.load((String) null, options);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      Instant end = Instant.now().plus(Duration.ofSeconds(SECONDS));
      for (int part = 1; part <= 4; part++) { // the first quarter fills caches and compiles
        Instant until = end.minus(Duration.ofMillis(SECONDS * 250L * (4 - part)));
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
          int seed = part * 100 + client;
          clients.add(threads.submit(() -> new Client(engine, seed).run(until)));
        }
        for (Future<?> client : clients) {
          client.get();
        }
        footprints.add(Footprint.now());
      }
    }
    System.out.println(requests + " requests: " + new TreeMap<>(endings) + "; after each quarter " + footprints);
    assertThat(endings.values().stream().mapToLong(LongAdder::sum).sum()).isEqualTo(requests.sum());
    Footprint first = footprints.getFirst();
    assertThat(footprints).allSatisfy(later -> {
      assertThat(later.heapMib()).isLessThan(first.heapMib() + BUDGET / MIB + 50);
      assertThat(later.mappings()).isEqualTo(first.mappings());
      assertThat(later.threads()).isLessThanOrEqualTo(first.threads() + 2);
    });
    assertThat(footprints.getLast().heapMib()).isLessThan(footprints.get(1).heapMib() + 50);
    assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThanOrEqualTo(threadsBefore + 2);
  }

  /** One that asks again and again. */
  private final class Client {

    private final Engine engine;
    private final Random random;
    private final List<Message> conversation = new ArrayList<>();

    Client(Engine engine, int seed) {
      this.engine = engine;
      this.random = new Random(seed);
    }

    void run(Instant until) {
      while (Instant.now().isBefore(until)) {
        requests.increment();
        endings.computeIfAbsent(ask(), _ -> new LongAdder()).increment();
      }
    }

    private String ask() {
      if (conversation.size() > 8 || random.nextInt(5) == 0) {
        conversation.clear();
      }
      conversation.add(Message.user("Tell me about " + "things ".repeat(1 + random.nextInt(60)) + random.nextInt(20)));
      int cancelAt = random.nextInt(3) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
      int leaveAt = random.nextInt(6) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
      StringBuilder answer = new StringBuilder();
      try (Generation generation = engine.generate(request())) {
        int events = 0;
        for (GenerationEvent event : generation) {
          if (events == leaveAt) {
            return "left";
          }
          if (events++ == cancelAt) {
            generation.cancel();
          }
          if (event instanceof GenerationEvent.Text text) {
            answer.append(text.text());
          }
          if (event instanceof Finished end) {
            return end.reason().toString();
          }
        }
        throw new AssertionError("a generation has ended without saying why");
      } catch (InvalidRequestException e) {
        return "refused";
      } catch (UnsupportedOperationException e) {
        return "processor threw";
      } finally {
        conversation.add(Message.assistant(answer.toString()));
      }
    }

    private GenerationRequest request() {
      GenerationRequest request = GenerationRequest.chat(List.copyOf(conversation))
          .withMaxTokens(1 + random.nextInt(60)).withSeed(random.nextLong())
          .withPrefillStepSize(16 + random.nextInt(200))
          .withOverflow(ContextOverflow.values()[random.nextInt(3)])
          .withSpeculation(new Speculation(true, random.nextInt(3), 3, Speculation.Acceptance.EXACT));
      return switch (random.nextInt(6)) {
        case 0 -> request.withSampling(new SamplerSettings(1, 0.9, 0, 1, 50, 0, 0.1, List.of())).withTopLogprobs(5);
        case 1 -> request.withStopStrings(List.of(".", " the "));
        case 2 -> request.withCustom(new GenerationRequest.Custom(List.of((_, count, _, _, _) -> {
          if (count % 50 == 0) {
            throw new UnsupportedOperationException();
          }
        }), null));
        case 3 -> request.withPrompt(new Prompt.Tokens(new int[random.nextInt(20) == 0 ? 5000 : 100]));
        default -> request;
      };
    }
  }
}
