package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.support.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint that could see costs a prompt that shows nothing: nothing. */
class BlindPromptTest {

  private static final String PROMPT = "<start_of_turn>user\nwhat is a?<end_of_turn>\n<start_of_turn>model\n";

  @TempDir
  private Path folder;

  private Path seeing;

  @BeforeEach
  void write() {
    seeing = TinyVision.write(folder.resolve("seeing"));
  }

  private static List<Token> answer(Engine engine, Prompt prompt) {
    List<Token> tokens = new ArrayList<>();
    try (Generation generation = engine.generate(GenerationRequest.of(prompt).withMaxTokens(60).withTopLogprobs(2))) {
      for (GenerationEvent event : generation) {
        if (event instanceof GenerationEvent.Text text) {
          tokens.addAll(text.tokens());
        }
      }
    }
    return tokens;
  }

  @Test
  void textHasTheAnswersOfTheTextModelAlone() throws IOException {
    Path alone = Files.createDirectory(folder.resolve("alone"));
    Files.writeString(alone.resolve("config.json"), TinyVision.gemmaTextConfig());
    for (String file : List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")) {
      Files.copy(seeing.resolve(file), alone.resolve(file));
    }
    TinyVision.writeTextAlone(alone);
    Prompt chat = GenerationRequest.chat("what is a?").prompt();
    try (Engine text = Engine.load(alone); Engine both = Engine.load(seeing)) {
      assertThat(text.readsImages()).isFalse();
      assertThat(both.readsImages()).isTrue();
      for (Prompt prompt : List.of(chat, new Prompt.Text(PROMPT))) {
        assertThat(both.encode(prompt)).isEqualTo(text.encode(prompt));
        assertThat(answer(both, prompt)).isEqualTo(answer(text, prompt)).hasSizeGreaterThan(1);
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thePagesOfTheTowerAreNotTouchedBeforeAnImageComes() throws IOException {
    try (Engine engine = Engine.load(seeing)) {
      answer(engine, new Prompt.Text(PROMPT));
      assertThat(residentKilobytes(seeing.resolve(TinyVision.TEXT_FILE))).isPositive();
      assertThat(residentKilobytes(seeing.resolve(TinyVision.TOWER_FILE))).isZero();
      answer(engine, new Prompt.Text(PROMPT, List.of(TinyVision.image(1, 30, 30))));
      assertThat(residentKilobytes(seeing.resolve(TinyVision.TOWER_FILE))).isPositive();
    }
  }

  /** Of a file's mappings, as Linux counts. */
  private static int residentKilobytes(Path file) throws IOException {
    String mappings = Files.readString(Path.of("/proc/self/smaps"));
    Matcher mapping = Pattern.compile(Pattern.quote(file.toRealPath().toString()) + "\\n(?:[A-Z].*\\n)*?Rss: +(\\d+) kB")
        .matcher(mappings);
    int sum = 0;
    int count = 0;
    for (; mapping.find(); count++) {
      sum += Integer.parseInt(mapping.group(1));
    }
    assertThat(count).as("mappings of %s", file).isPositive();
    return sum;
  }
}
