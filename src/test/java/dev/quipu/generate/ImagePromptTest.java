package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Looking;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.support.TinyVision;
import dev.quipu.vision.Image;
import dev.quipu.vision.VisionReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an engine does with images, from the message to the answer. */
class ImagePromptTest {

  private static final Image RED = TinyVision.image(1, 40, 30);
  private static final Image BLUE = TinyVision.image(2, 40, 30);

  private static final String PLACE = "<start_of_image>";
  private static final String RUN =
      "\n\n" + PLACE + "<image_soft_token>".repeat(TinyVision.ROWS) + "<end_of_image>\n\n";

  @TempDir
  private static Path folder;

  private static Engine engine;

  @BeforeAll
  static void load() {
    engine = Engine.load(TinyVision.write(folder));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Message.Part text(String text) {
    return new Message.Text(text);
  }

  private static Message.Part picture(Image image) {
    return new Message.Picture(image);
  }

  private static Prompt chat(Message.Part... parts) {
    return new Prompt.Chat(List.of(new Message("user", List.of(parts))), null, Map.of());
  }

  private static String decoded(Prompt prompt) {
    return engine.tokenizer().decode(engine.encode(prompt), false);
  }

  @Test
  void eachPlaceholderBecomesTheTokensOfItsImage() {
    assertThat(decoded(chat(text("a"), picture(RED), text("b"), picture(BLUE)))).isEqualTo(
        "<bos><start_of_turn>user\na" + RUN + "b" + RUN + "<end_of_turn>\n<start_of_turn>model\n");
  }

  /** What mlx-vlm 0.7.10's apply_chat_template and processors make of these checkpoints, with 4 rows in Gemma 3. */
  @ParameterizedTest
  @EnumSource
  void promptsAreMlxVlms(TinyVision.Kind kind, @TempDir Path other) {
    List<Image> images = List.of(TinyVision.image(1, 40, 30), TinyVision.image(2, 9, 35));
    try (Engine mlx = Engine.load(TinyVision.write(kind, other).toString(), asMlx())) {
      assertThat(mlx.encode(new Prompt.Chat(List.of(mlx.question("what? ", images)), null, Map.of())))
          .containsExactly(ids(kind, "question"));
      List<Message> talk = List.of(Message.system("be"), new Message("user", List.of(
          text("one: "), picture(images.get(0)), text("\ntwo:\n"), picture(images.get(1)))),
          Message.assistant("ok."), Message.user("and?"));
      assertThat(mlx.encode(new Prompt.Chat(talk, null, Map.of()))).containsExactly(ids(kind, "talk"));
    }
  }

  private static EngineOptions asMlx() {
    EngineOptions all = EngineOptions.DEFAULT;
    return new EngineOptions(
        all.ops(), 1, Set.of(), null, all.kv(), null, 0, 1, VisionReference.MLX, all.log(), all.warn());
  }

  private static int[] ids(TinyVision.Kind kind, String name) {
    String ids = switch (kind) {
      case GEMMA3 -> name.equals("question")
          ? "56,56,57,44,42,28,41,13,46,31,24,43,12,11,50,59,60,60,60,60,61,50,50,59,60,60,60,60,61,50,"
          + "58,13,57,36,38,27,28,35,13"
          : "56,56,57,42,48,42,43,28,36,13,25,28,58,13,57,44,42,28,41,13,38,37,28,5,11,50,59,60,60,60,"
          + "60,61,51,43,46,38,5,51,59,60,60,60,60,61,50,58,13,57,24,42,42,32,42,43,24,37,43,13,38,34,"
          + "9,58,13,57,44,42,28,41,13,24,37,27,12,58,13,57,36,38,27,28,35,13";
      case PIXTRAL -> name.equals("question")
          ? "56,56,57,44,42,28,41,13,62,62,62,62,63,62,62,62,62,63,62,62,62,62,64,62,63,62,63,62,63,62,"
          + "64,46,31,24,43,12,11,58,13,57,36,38,27,28,35,13"
          : "56,56,57,42,48,42,43,28,36,13,25,28,58,13,57,44,42,28,41,13,38,37,28,5,11,62,62,62,62,63,"
          + "62,62,62,62,63,62,62,62,62,64,13,43,46,38,5,13,62,63,62,63,62,63,62,64,58,13,57,24,42,42,"
          + "32,42,43,24,37,43,13,38,34,9,58,13,57,44,42,28,41,13,24,37,27,12,58,13,57,36,38,27,28,35,"
          + "13";
      case MISTRAL3 -> name.equals("question")
          ? "56,56,57,44,42,28,41,13,62,62,63,62,62,64,62,63,62,64,46,31,24,43,12,11,58,13,57,36,38,27,"
          + "28,35,13"
          : "56,56,57,42,48,42,43,28,36,13,25,28,58,13,57,44,42,28,41,13,38,37,28,5,11,62,62,63,62,62,"
          + "64,13,43,46,38,5,13,62,63,62,64,58,13,57,24,42,42,32,42,43,24,37,43,13,38,34,9,58,13,57,"
          + "44,42,28,41,13,24,37,27,12,58,13,57,36,38,27,28,35,13";
    };
    return Arrays.stream(ids.split(",")).mapToInt(Integer::parseInt).toArray();
  }

  /** As mlx-vlm tokenizes: three line breaks are one token here. */
  @Test
  void whatStandsBesideAnImageIsCutIntoTokensWithIt() {
    int[] ids = engine.encode(chat(picture(RED)));
    assertThat(ids).startsWith(TinyVision.id("<bos>"), TinyVision.id("<start_of_turn>"), TinyVision.id("u"))
        .containsSequence(TinyVision.id("r"), TinyVision.id("ĊĊĊ"), TinyVision.id("<start_of_image>"));
  }

  @Test
  void aTextWithoutPlaceholdersHasItsImagesBehindItAsMlxVlmPutsThem() {
    assertThat(decoded(new Prompt.Text("a", List.of(RED)))).isEqualTo("<bos>a" + RUN);
    assertThat(decoded(new Prompt.Text("<start_of_image>a", List.of(RED)))).isEqualTo("<bos>" + RUN + "a");
    assertThat(engine.question("a", List.of(RED)).parts()).containsExactly(text("a"), picture(RED));
  }

  @Test
  void imagesAndPlaceholdersAreCounted() {
    assertThatThrownBy(() -> engine.encode(new Prompt.Text("<start_of_image>a<start_of_image>", List.of(RED))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("image must be as many as the prompt has places for them (<start_of_image>): 2, but are 1");
    assertThatThrownBy(() -> engine.encode(chat(text("<start_of_image>"), picture(RED))))
        .hasMessageContaining("<start_of_image>): 2, but are 1");
    assertThatThrownBy(() -> engine.encode(chat(text("<image_soft_token>"), picture(RED))))
        .isInstanceOf(QuipuException.class).hasMessageContaining("have 4 rows").hasMessageContaining("5 times");
  }

  @Test
  void aPromptWithoutImagesMayHoldAnyToken() {
    String tokens = "<start_of_image><image_soft_token>";
    assertThat(decoded(chat(text(tokens)))).contains(tokens);
  }

  @Test
  void aDamagedImageIsNamed() {
    Image damaged = new Image(new byte[] {1, 2, 3}, "holiday.png", true);
    assertThatThrownBy(() -> engine.generate(request(chat(picture(damaged)))))
        .isInstanceOf(QuipuException.class).hasMessageStartingWith("holiday.png: ");
  }

  private static GenerationRequest request(Prompt prompt) {
    return GenerationRequest.of(prompt).withMaxTokens(4).withTopLogprobs(3);
  }

  private static List<GenerationEvent> events(Prompt prompt) {
    return events(engine, request(prompt));
  }

  private static List<GenerationEvent> events(Engine engine, GenerationRequest request) {
    try (Generation generation = engine.generate(request)) {
      List<GenerationEvent> events = new ArrayList<>();
      generation.forEach(events::add);
      return events;
    }
  }

  private static List<GenerationEvent.Token> tokens(List<GenerationEvent> events) {
    return events.stream().filter(GenerationEvent.Text.class::isInstance)
        .flatMap(event -> ((GenerationEvent.Text) event).tokens().stream()).toList();
  }

  private static int cached(List<GenerationEvent> events) {
    return ((Finished) events.getLast()).figures().cachedTokens();
  }

  @Test
  void whatIsAskedAgainIsComputedOnce() {
    Prompt prompt = chat(text("see"), picture(TinyVision.image(10, 30, 30)), text("once?"));
    List<GenerationEvent> first = events(prompt);
    List<GenerationEvent> again = events(prompt);
    assertThat(tokens(again)).isEqualTo(tokens(first));
    assertThat(cached(again)).isEqualTo(engine.encode(prompt).length - 1);
  }

  /** Patches, two layers and the projector of either image, before their rows are read; then they are known. */
  @Test
  void theTowerTellsHowFarItHasCome() {
    Image image = TinyVision.image(31, 30, 30);
    Prompt prompt = chat(picture(image), text("and"), picture(TinyVision.image(32, 30, 30)), text("and"), picture(image));
    List<GenerationEvent> events = events(prompt);
    assertThat(looks(events)).isEqualTo(IntStream.rangeClosed(1, 8).mapToObj(i -> new Looking(i, 8)).toList());
    assertThat(events.indexOf(new Looking(8, 8))).isEqualTo(8); // the first is what is cached
    Prompt other = chat(text("Then"), picture(image), text("and"), picture(TinyVision.image(33, 30, 30)));
    assertThat(looks(events(other))).isEqualTo(IntStream.rangeClosed(1, 4).mapToObj(i -> new Looking(i, 4)).toList());
  }

  private static List<GenerationEvent> looks(List<GenerationEvent> events) {
    return events.stream().filter(Looking.class::isInstance).toList();
  }

  /** Tokens are the same, and so are those before the image's rows; not a row is. */
  @Test
  void anotherImageIsAnotherText() {
    Prompt one = chat(text("which?"), picture(TinyVision.image(11, 30, 30)));
    Prompt other = chat(text("which?"), picture(TinyVision.image(12, 30, 30)));
    List<GenerationEvent> first = events(one);
    List<GenerationEvent> second = events(other);
    assertThat(engine.encode(other)).isEqualTo(engine.encode(one));
    assertThat(cached(second)).isEqualTo(firstRow(one));
    assertThat(tokens(second)).isNotEqualTo(tokens(first));
    try (Engine cold = Engine.load(folder)) {
      assertThat(tokens(second)).isEqualTo(tokens(events(cold, request(other))));
    }
  }

  @Test
  void eachImageHasAPlaceOfItsOwn() {
    Prompt one = chat(picture(RED), text("and"), picture(TinyVision.image(14, 30, 30)));
    Prompt other = chat(picture(RED), text("and"), picture(TinyVision.image(15, 30, 30)));
    events(one);
    assertThat(cached(events(other))).isEqualTo(row(one, TinyVision.ROWS));
  }

  private static int firstRow(Prompt prompt) {
    return row(prompt, 0);
  }

  private static int row(Prompt prompt, int row) {
    int[] ids = engine.encode(prompt);
    return IntStream.range(0, ids.length).filter(i -> ids[i] == TinyVision.id("<image_soft_token>")).skip(row)
        .findFirst().orElseThrow();
  }

  /** The same tokens, some of them rows of an image in one prompt and ordinary ones in the other. */
  @Test
  void theTokenOfARowIsNoRow() {
    Prompt shown = new Prompt.Text("told" + PLACE, List.of(TinyVision.image(13, 30, 30)));
    Prompt told = new Prompt.Tokens(engine.encode(shown));
    events(shown);
    assertThat(cached(events(told))).isEqualTo(firstRow(shown));
  }

  /** To the letter, mlx-vlm blanks out the padding's token where a prompt has images, and there alone. */
  @Test
  void theTokenOfPaddingIsNothingInAPromptWithImages() {
    Prompt padded = new Prompt.Text("a<pad>b" + PLACE, List.of(RED));
    try (Engine mlx = Engine.load(folder.toString(), asMlx())) {
      List<GenerationEvent> first = events(mlx, request(padded));
      assertThat(tokens(events(mlx, request(padded)))).isEqualTo(tokens(first));
      List<GenerationEvent> told = events(mlx, request(new Prompt.Tokens(mlx.encode(padded))));
      assertThat(cached(told)).isEqualTo(2); // <bos>, a
    }
    events(padded);
    assertThat(cached(events(new Prompt.Tokens(engine.encode(padded))))).isEqualTo(firstRow(padded));
  }

  @Test
  void anImageIsHeldToASchema() {
    Constraint constraint = Constraint.jsonSchema(
        "{\"type\": \"object\", \"properties\": {\"seen\": {\"enum\": [1, 2]}}, \"required\": [\"seen\"],"
            + " \"additionalProperties\": false}", SchemaOptions.generating());
    GenerationRequest request = request(chat(picture(RED), text("how many?"))).withConstraint(constraint)
        .withMaxTokens(40);
    try (Generation generation = engine.generate(request)) {
      assertThat(generation.text()).matches("\\{ ?\"seen\": ?[12] ?}");
    }
  }

  @Test
  void whatKnowsNoImagesSaysSo() {
    assertThatThrownBy(() -> engine.savePromptCache(chat(picture(RED)), folder.resolve("no"), (_, _) -> {}))
        .isInstanceOf(InvalidRequestException.class).hasMessage("image cannot be part of a prompt cache file");
    try (Engine blind = Engine.embedded()) {
      assertThat(blind.readsImages()).isFalse();
      assertThatThrownBy(() -> blind.generate(request(chat(picture(RED)))))
          .hasMessage("image cannot be shown to this model, which reads text alone");
    }
  }

  /** A prompt longer than the context cannot be cut: the rest of an image is none. */
  @Test
  void imagesAreNotCut() {
    GenerationRequest request = request(chat(text("a".repeat(5000)), picture(RED)))
        .withOverflow(ContextOverflow.TRUNCATE_MIDDLE);
    assertThatThrownBy(() -> engine.generate(request)).hasMessageContaining("prompt must be at most 4000 tokens");
  }
}
