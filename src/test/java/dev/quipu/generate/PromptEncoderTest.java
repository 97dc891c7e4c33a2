package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.support.TinyCheckpoint;
import dev.quipu.support.TinyTokenizer;
import dev.quipu.text.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As mlx_lm/generate.py encodes a prompt; ids worked by hand. */
class PromptEncoderTest {

  @TempDir
  Path folder;

  private PromptEncoder encoder(TinyTokenizer tokenizer, String template) throws IOException {
    new TinyCheckpoint().write(folder);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return new PromptEncoder(
          tokenizer.load(), new SpecialTokens(checkpoint), ChatTemplate.parse("template", template), null);
    }
  }

  private static TinyTokenizer withBeginning() {
    return new TinyTokenizer().beginning("<s>");
  }

  private static Prompt.Chat chat(String question, Map<String, Object> variables) {
    return new Prompt.Chat(List.of(Message.user(question)), null, variables);
  }

  @Test
  void aTextBeginsOnce() throws IOException {
    PromptEncoder encoder = encoder(withBeginning(), "");
    assertThat(encoder.encode(new Prompt.Text("ab")).ids()).containsExactly(10, 0, 1);
    assertThat(encoder.encode(new Prompt.Text("<s>ab")).ids()).containsExactly(10, 0, 1);
  }

  @Test
  void aConversationBeginsAsItsTemplateSays() throws IOException {
    assertThat(encoder(withBeginning(), "{{ bos_token }}{{ messages[0].content }}").encode(chat("ab", Map.of())).ids())
        .containsExactly(10, 0, 1);
    assertThat(encoder(withBeginning(), "{{ messages[0].content }}").encode(chat("ab", Map.of())).ids())
        .containsExactly(0, 1);
  }

  @Test
  void thinkingIsOnWhereTheVocabularyHasItsMarksUnlessToldOtherwise() throws IOException {
    String template = "{{ enable_thinking }}";
    TinyTokenizer half = new TinyTokenizer().special("<think>");
    assertThat(encoder(half, template).render(chat("a", Map.of()))).isEqualTo("False");
    TinyTokenizer thinks = half.special("</think>");
    assertThat(encoder(thinks, template).render(chat("a", Map.of()))).isEqualTo("True");
    assertThat(encoder(thinks, template).render(chat("a", Map.of("enable_thinking", false)))).isEqualTo("False");
  }
}
