package dev.quipu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.quipu.checkpoint.SafeTensorsFuzz;
import dev.quipu.family.ConfigFuzz;
import dev.quipu.language.PatternFuzz;
import dev.quipu.promptcache.PromptCacheFuzz;
import dev.quipu.text.ChatTemplateFuzz;
import dev.quipu.text.TokenizerFuzz;
import dev.quipu.text.regex.RegexFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fuzz targets with the inputs that are kept: good ones, from which tools/fuzz.sh starts, and those that once found
 * something.
 */
class FuzzInputsTest {

  enum Target {
    SAFETENSORS {
      @Override
      void feed(byte[] input) throws IOException {
        SafeTensorsFuzz.fuzzerTestOneInput(input);
      }
    },
    PROMPTCACHE {
      @Override
      void feed(byte[] input) throws IOException {
        PromptCacheFuzz.fuzzerTestOneInput(input);
      }
    },
    CONFIG {
      @Override
      void feed(byte[] input) {
        ConfigFuzz.fuzzerTestOneInput(input);
      }
    },
    TOKENIZER {
      @Override
      void feed(byte[] input) {
        TokenizerFuzz.fuzzerTestOneInput(input);
      }
    },
    TEMPLATE {
      @Override
      void feed(byte[] input) {
        ChatTemplateFuzz.fuzzerTestOneInput(input);
      }
    },
    REGEX {
      @Override
      void feed(byte[] input) {
        RegexFuzz.fuzzerTestOneInput(input);
      }
    },
    PATTERN {
      @Override
      void feed(byte[] input) {
        PatternFuzz.fuzzerTestOneInput(input);
      }
    };

    abstract void feed(byte[] input) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void keptInputsWorkOrAreRefused(Target target) throws IOException {
    List<Path> inputs = files(Path.of("src/test/resources/fuzz", target.name().toLowerCase()));
    assertThat(inputs).isNotEmpty();
    for (Path input : inputs) {
      byte[] bytes = Files.readAllBytes(input);
      assertTimeoutPreemptively(Duration.ofSeconds(60), () -> target.feed(bytes), input::toString);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
