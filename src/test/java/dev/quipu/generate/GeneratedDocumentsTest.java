package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.networknt.org.apache.commons.validator.routines.EmailValidator;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.sample.SamplerSettings;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.Whitespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What models write at temperature 1 under schemas that people use is what another validator accepts. Needs
 * {@code -Dquipu.corpus=DIR}, the folder that MaskBench is in, and takes models beside the embedded one from
 * {@code -Dquipu.models=DIR}; {@code -Dquipu.documents=N} says how many schemas are drawn.
 */
class GeneratedDocumentsTest {

  private static final int COUNT = Integer.getInteger("quipu.documents", 24);
  private static final int AT_A_TIME = 8;
  private static final int MAX_TOKENS = 300;
  private static final SamplerSettings WARM = new SamplerSettings(1, 0, 0, 1, 0, 0, 0.1, List.of());

  private static final EmailValidator ADDRESSES = new EmailValidator(true, true) {
    @Override
    protected boolean isValidDomain(String domain) {
      return domain.length() <= 253 && domain.matches("(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
          + "(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    }
  };

  @TempDir
  private static Path unpacked;

  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();
  private final AtomicInteger notJudged = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(strings = {"SmolLM2-135M-Instruct-4bit", "gemma-3-270m-4bit"})
  void everyFinishedDocumentIsValid(String model) throws Exception {
    String corpus = System.getProperty("quipu.corpus", "");
    assumeFalse(corpus.isEmpty(), "MaskBench is absent: set -Dquipu.corpus to the folder it is in");
    Path folder = Path.of(System.getProperty("quipu.models", "models"), model);
    folder = Files.exists(folder) ? folder : Path.of("models", model);
    assumeFalse(!Files.exists(folder), model + " is absent: set -Dquipu.models to the folder it is in");
    try (Engine engine = Engine.load(folder);
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      Queue<Path> waiting = new ConcurrentLinkedQueue<>(drawn(Path.of(corpus, "maskbench")));
      for (int i = 0; i < AT_A_TIME; i++) {
        workers.execute(() -> {
          for (Path next = waiting.poll(); next != null; next = waiting.poll()) {
            write(engine, next);
          }
        });
      }
    }
    System.out.printf("%s: %d documents, %d of them cut, %d not judged, %d schemas refused%n", model, written.get(),
        cut.get(), notJudged.get(), refused.get());
    assertThat(wrong).isEmpty();
    assertThat(written.get() - notJudged.get()).isGreaterThan(COUNT * 3 / 4);
  }

  private static List<Path> drawn(Path maskbench) throws Exception {
    List<Path> all = files(maskbench);
    Path archive = maskbench.resolve("maskbench.tar.xz");
    if (all.isEmpty() && Files.exists(archive)) {
      new ProcessBuilder("tar", "-xJf", archive.toString(), "-C", unpacked.toString()).inheritIO().start().waitFor();
      all = files(unpacked);
    }
    Collections.shuffle(all, new Random(7));
    return all.subList(0, Math.min(COUNT, all.size()));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder, java.nio.file.FileVisitOption.FOLLOW_LINKS)) {
      return new ArrayList<>(files.filter(file -> file.toString().endsWith(".json")).sorted().toList());
    }
  }

  private void write(Engine engine, Path file) {
    try {
      Map<?, ?> test = (Map<?, ?>) Json.parse(Files.readString(file), file.getFileName().toString());
      int seed = file.getFileName().toString().hashCode();
      SchemaOptions options = SchemaOptions.generating()
          .withWhitespace(seed % 3 == 0 ? Whitespace.FLEXIBLE : Whitespace.PYTHON);
      Constraint constraint = Constraint.jsonSchema(test.get("schema"), options).withFinish(seed % 2 == 0);
      GenerationRequest request = GenerationRequest.text("An example of " + test.get("description") + " in JSON:\n")
          .withMaxTokens(MAX_TOKENS).withSampling(WARM).withSeed((long) seed).withConstraint(constraint);
      StringBuilder text = new StringBuilder();
      try (Generation generation = engine.generate(request)) {
        for (GenerationEvent event : generation) {
          switch (event) {
            case Text part -> text.append(part.text());
            case Finished end -> judge(file, text.toString(), end, constraint.finish());
            default -> {}
          }
        }
      }
    } catch (QuipuException e) {
      refused.incrementAndGet();
      System.out.println(file.getFileName() + ": " + e.getMessage());
    } catch (Exception | Error e) {
      wrong.add(file.getFileName() + ": " + e);
    }
  }

  private void judge(Path file, String text, Finished end, boolean finish) throws IOException {
    written.incrementAndGet();
    if (end.incomplete()) {
      cut.incrementAndGet();
      if (finish || end.reason() != StopReason.TOKEN_LIMIT || isBlankAtItsEnd(text)) {
        wrong.add(file.getFileName() + ", " + end.reason() + ": " + text);
      }
      return;
    }
    String schema = schemaOf(Files.readString(file));
    try {
      Schema validator =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema, InputFormat.JSON);
      List<com.networknt.schema.Error> errors = validator.validate(text, InputFormat.JSON,
          context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
      if (!errors.stream().allMatch(GeneratedDocumentsTest::isOfDomainsList)) {
        wrong.add(file.getFileName() + ": " + errors + " in " + text);
      }
    } catch (RuntimeException e) { // schemas that refer to others, patterns of other dialects
      notJudged.incrementAndGet();
    }
  }

  /**
   * Whether all that the validator minds is a last label that is not among those of IANA, of which it has the list of a
   * day: RFC 5321 knows no such list. All else of an address is looked at by the validator again.
   */
  private static boolean isOfDomainsList(com.networknt.schema.Error error) {
    return error.getKeyword().equals("format") && error.getMessage().contains("RFC 5321")
        && ADDRESSES.isValid(error.getInstanceNode().asString());
  }

  private static boolean isBlankAtItsEnd(String text) {
    return text.substring(Math.max(0, text.length() - 100)).isBlank();
  }

  private static String schemaOf(String test) {
    return tools.jackson.databind.json.JsonMapper.shared().readTree(test).get("schema").toString();
  }
}
