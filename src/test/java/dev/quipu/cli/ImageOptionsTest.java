package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.cli.TinyRun.Result;
import dev.quipu.config.Json;
import dev.quipu.generate.Message;
import dev.quipu.support.TinyVision;
import dev.quipu.vision.ImageSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on the command line, in a conversation and in files of requests. */
class ImageOptionsTest {

  @TempDir
  private Path folder;

  private Path model;
  private String red;
  private String blue;

  @BeforeEach
  void write() throws IOException {
    model = TinyVision.write(folder.resolve("tiny"));
    red = Files.write(folder.resolve("red.png"), TinyVision.png(1, 40, 30)).toString();
    blue = Files.write(folder.resolve("blue.png"), TinyVision.png(2, 40, 30)).toString();
  }

  private Result generate(String... args) {
    List<String> all = new ArrayList<>(List.of("generate", "-m", "8"));
    all.addAll(List.of(args));
    return TinyRun.run(model, all.toArray(String[]::new));
  }

  private Result chat(String lines, String... args) {
    List<String> all = new ArrayList<>(List.of("chat", "-m", "8"));
    all.addAll(List.of(args));
    InputStream realIn = System.in;
    System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    try {
      return TinyRun.run(model, all.toArray(String[]::new));
    } finally {
      System.setIn(realIn);
    }
  }

  @Test
  void anAnswerIsAboutTheImagesItIsGiven() {
    String one = logprobs("--image", red);
    assertThat(one).isEqualTo(logprobs("--image", red))
        .isNotEqualTo(logprobs()).isNotEqualTo(logprobs("--image", blue));
    assertThat(logprobs("--image", red, "--image", blue)).isNotEqualTo(logprobs("--image", blue, "--image", red));
  }

  private String logprobs(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--logprobs", "1", "see?"));
    Result result = generate(all.toArray(String[]::new));
    assertThat(result.exitCode()).isZero();
    return result.err().lines().filter(line -> !line.startsWith("Prompt: ")).collect(Collectors.joining("\n"));
  }

  @Test
  void anImageMayBeADataUri() {
    String uri = TinyVision.image(1, 40, 30).dataUri();
    assertThat(logprobs("--image", uri)).isEqualTo(logprobs("--image", red));
  }

  @Test
  void anAnswerAboutAnImageCanBeJson() {
    Result result = generate("--image", red, "--json-schema", "{\"type\": \"object\", \"properties\": {\"n\":"
        + " {\"enum\": [1, 2]}}, \"required\": [\"n\"], \"additionalProperties\": false}", "-m", "40", "see?");
    assertThat(result.out().strip()).matches("\\{\"n\": [12]\\}");
  }

  @Test
  void whatCannotBeIsRefusedByItsName() throws IOException {
    assertThat(generate("--image", "nowhere.png", "see?").err()).isEqualTo("nowhere.png: there is no such file\n");
    Path text = Files.writeString(folder.resolve("text.png"), "this is a text");
    assertThat(generate("--image", text.toString(), "see?").err()).startsWith(text + ": ");
    Result places = generate("--image", red, "--ignore-chat-template", "<start_of_image> and <start_of_image>");
    assertThat(places.err()).startsWith("--image must be as many as the prompt has places for them"
        + " (<start_of_image>): 2, but are 1");
    assertThat(places.exitCode()).isEqualTo(Failures.USAGE);
    assertThat(generate("--image", red, "--prompt-cache-file", "x", "see?").err())
        .contains("--prompt-cache-file and --image contradict each other");
    assertThat(generate("--image", red, "--vision-reference", "cuda", "see?").err())
        .contains("--vision-reference must be mlx, hf or mixed but is \"cuda\"");
    Result blind = new TinyRun(Files.createDirectory(folder.resolve("blind"))).run("--image", red, "abc", "--ignore-chat-template");
    assertThat(blind.err()).contains("--image cannot be shown to this model, which reads text alone");
    assertThat(blind.exitCode()).isEqualTo(Failures.USAGE);
  }

  @Test
  void requestsOfAFileBringTheirImages() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.jsonl"), """
        {"id": 1, "prompt": "see?", "image": "%1$s"}
        {"id": 2, "prompt": "see?", "image": ["%2$s"]}
        {"id": 3, "messages": [{"role": "user", "content": [{"type": "text", "text": "see?"},
         {"type": "image", "image": "%1$s"}]}]}
        {"id": 4, "messages": [{"role": "user", "content": [{"type": "text", "text": "see?"},
         {"type": "image_url", "image_url": {"url": "%3$s"}}]}]}
        {"id": 5, "prompt": "see?", "image": "nowhere.png"}
        """.replace(",\n ", ", ").formatted(red, blue, TinyVision.image(2, 40, 30).dataUri()));
    Path out = folder.resolve("out.jsonl");
    Result result = generate("--prompts", prompts.toString(), "--out", out.toString());
    assertThat(result.err()).contains("5: nowhere.png: there is no such file").contains("4 done, 1 failed");
    assertThat(text(out, 1)).isEqualTo(generate("--image", red, "see?").out().strip()).isEqualTo(text(out, 3));
    assertThat(text(out, 2)).isEqualTo(generate("--image", blue, "see?").out().strip()).isEqualTo(text(out, 4));
  }

  private static String text(Path out, int id) throws IOException {
    for (String line : Files.readAllLines(out)) {
      Map<?, ?> result = (Map<?, ?>) Json.parse(line, "out");
      if (result.get("id").equals((long) id)) {
        return ((String) result.get("text")).strip();
      }
    }
    throw new AssertionError("no result " + id);
  }

  @Test
  void imagesBesideMessagesHaveNoPlace() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.jsonl"),
        "{\"id\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"image\": \"b\"}\n");
    assertThat(generate("--prompts", prompts.toString(), "--out", folder.resolve("out").toString()).err())
        .contains("prompts.jsonl:1: image is given beside messages");
  }

  @Test
  void aConversationShowsAnImageWithTheNextMessageAndRemembersIt() throws IOException {
    Path file = folder.resolve("talk.json");
    Result result = chat("/image " + red + "\nsee?\nand?\n/save " + file + "\n");
    assertThat(result.out()).contains("The next message shows " + red + " (");
    assertThat(result.err()).isEmpty();
    List<Message> messages = Conversation.load(file, ImageSource.LOCAL).messages();
    assertThat(messages.getFirst()).isEqualTo(new Message("user", List.of(
        new Message.Text("see?"), new Message.Picture(TinyVision.image(1, 40, 30)))));
    assertThat(messages).hasSize(4).filteredOn(message -> !message.images().isEmpty()).hasSize(1);
    assertThat(chat("/load " + file + "\nmore?\n", "--verbose").err()).contains("Prompt: ");
    assertThat(chat("see?\nand?\n", "--image", red).out()).isEqualTo(
        result.out().lines().filter(line -> !line.contains("png") && !line.contains("Saved")).reduce(
            "", (a, b) -> a + b + "\n"));
  }

  @Test
  void aSecondQuestionComputesNothingOfTheImage() {
    Result result = chat("see?\nand?\n", "--image", red, "--verbose");
    assertThat(result.err()).containsPattern("Prompt: \\d+ tokens, ").containsPattern("Prompt: \\d+ tokens \\([2-9]\\d cached\\)");
  }

  @Test
  void aConversationGoesOnAfterAnImageThatIsNone() {
    Result result = chat("/image nowhere.png\n/image\nsee?\n");
    assertThat(result.err()).isEqualTo("nowhere.png: there is no such file\nWhich image? /image FILE\n");
    assertThat(result.out()).isNotBlank();
  }
}
