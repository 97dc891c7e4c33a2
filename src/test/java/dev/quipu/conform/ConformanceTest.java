package dev.quipu.conform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.ops.Ops;
import dev.quipu.ops.ScalarOps;
import dev.quipu.ops.VectorOps;
import dev.quipu.tensor.DType;
import dev.quipu.text.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small suites made by hand, each with one thing wrong: the case fails, and says what is wrong and where. */
class ConformanceTest {

  private static final String TOLERANCE = "'tolerance': {'atol': 1e-6, 'rtol': 0}";

  @TempDir
  Path suite;

  @Test
  void aCaseThatAgreesPasses() throws IOException {
    softcap("op/right", "[2, 2]", 0, 0, 0, 0);
    assertThat(run("op/right")).isEqualTo(new Verdict.Passed("op/right"));
  }

  @Test
  void aWrongValueIsToldWithItsPlaceAndTheLargestDifference() throws IOException {
    softcap("op/wrong", "[2, 2]", 0, 0, 0.25f, -3);
    assertThat(failure("op/wrong")).isEqualTo("out [1, 0]: expected 0.25, got 0.0, max abs difference 3.00");
  }

  @Test
  void aNanNeverPasses() throws IOException {
    softcap("op/nan", "[2, 2]", 0, Float.NaN, 0, 0);
    assertThat(failure("op/nan")).contains("out [0, 1]: expected NaN, got 0.0").contains("NaN");
  }

  @Test
  void anInfinityOfTheOtherSignFails() throws IOException {
    softcap("op/infinite", "[2, 2]", 0, 0, 0, Float.NEGATIVE_INFINITY);
    assertThat(failure("op/infinite")).contains("out [1, 1]: expected -Infinity, got 0.0");
  }

  @Test
  void anotherShapeFailsAlthoughTheNumbersAgree() throws IOException {
    softcap("op/shape", "[4, 1]", 0, 0, 0, 0);
    assertThat(failure("op/shape")).isEqualTo("out: expected shape [4, 1], got shape [2, 2]");
  }

  @Test
  void aTensorThatIsNotThereFails() throws IOException {
    write("op/missing", softcapJson("elsewhere"));
    tensors("op/missing", "'x': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}", 0);
    assertThat(failure("op/missing")).contains("there is no tensor \"elsewhere\"");
  }

  @Test
  void aFileOfTensorsThatIsNotThereFails() throws IOException {
    write("op/no-file", softcapJson("out"));
    assertThat(failure("op/no-file")).contains("tensors.safetensors").contains("no such file");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'kind': 'op',                                                   | not valid JSON",
      "[]                                                               | expected a JSON object",
      "``                                                               | not valid JSON: it is empty",
      "{'id': 'x'}                                                      | kind is missing",
      "{'kind': 'poem'}                                                 | unknown kind \"poem\"; known: logits, trace",
      "{'kind': 7}                                                      | kind must be a string",
      "{'kind': 'op', 'params': {}, 'inputs': {}, 'expected': {}}       | op is missing",
      "{'kind': 'op', 'op': 'fft', 'params': {}, 'inputs': {}, 'expected': {}} | unknown op \"fft\"; known: ",
      "{'kind': 'logits', 'checkpoint': 'models/m', 'calls': []}        | tolerance is missing",
      "{'kind': 'logits', 'checkpoint': 'm', 'calls': [], 'tolerance': {'atol': 1}} | tolerance.rtol is missing",
      "{'kind': 'logits', 'checkpoint': 'm', 'calls': [], 'tolerance': {'atol': -1, 'rtol': 0}} | atol must be",
      "{'kind': 'logits', 'checkpoint': 'm', 'calls': [], 'tolerance': {'atol': 1, 'rtol': 1}} | compares nothing",
      "{'kind': 'rng', 'checks': []}                                    | compares nothing",
      "{'kind': 'rng', 'checks': [{'fn': 'gauss', 'expected': []}]}     | unknown fn \"gauss\"",
      "{'kind': 'rng', 'checks': [{'fn': 'key', 'seed': 1, 'expected': [0, 2]}]} | check 0, key [1]: expected 2, got 1",
      "{'kind': 'rng', 'checks': [{'fn': 'key', 'seed': 1, 'expected': [0]}]}    | expected 1 numbers, got 2",
      "{'kind': 'template', 'template': 'a{{ x }}', 'context': {'x': 'b'}, 'expected': 'ac'}"
          + " | character 1: expected \"ac\", got \"ab\"",
      "{'kind': 'template', 'template': 'a', 'context': {}, 'error': []} | text: expected an error, got \"a\"",
      "{'kind': 'template', 'template': '{{ 1/0 }}', 'context': {}, 'error': ['pear']} | one of [pear]",
      "{'kind': 'template', 'template': 'a', 'context': {}, 'clock': 'noon', 'expected': 'a'} | clock must be a time",
      "{'kind': 'draw', 'rng': 'gumbel'}                                | rng must be \"mlx>=0.32.1\"",
      "{'kind': 'draw', 'rng': 'mlx>=0.32.1', 'logits_formula': {'rows': 1, 'vocabulary': 2, 'scale': 1},"
          + " 'settings': []}                                           | settings is empty",
      "{'kind': 'sequence', 'rng': 'gumbel'}                            | rng must be \"mlx>=0.32.1\"",
      "{'kind': 'refuse', 'stage': 'lunch', 'mentions_any': []}         | stage must be checkpoint or tokenizer",
  })
  void aMalformedCaseFails(String json, String reason) throws IOException {
    write("case", json);
    assertThat(failure("case")).contains(reason);
  }

  @Test
  void aWrongTokenIsToldWithItsStep() throws IOException {
    copyOfGolden("greedy/llama-f32", "'expected': [", "'expected': [7, ");
    assertThat(failure("greedy/llama-f32")).contains("margins must be one a token");
    String json = golden("greedy/llama-f32");
    int at = json.indexOf('[', json.indexOf("\"expected\"")) + 1;
    write("greedy/llama-f32", json.substring(0, at) + "0" + json.substring(json.indexOf(',', at)));
    assertThat(failure("greedy/llama-f32")).startsWith("regime prompt, step 0: expected token 0 (logit ");
  }

  @Test
  void aWrongDrawIsToldWithItsSettingAndRow() throws IOException {
    copyOfGolden("draw/grid-41", "'expected': [25, 18,", "'expected': [25, 19,");
    assertThat(failure("draw/grid-41")).isEqualTo("setting 1, row 1: expected token 19, got token 18");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "'token': 5,                      | 'token': 6,                     | step 1: expected token 6, got token 5",
      "'logprob': -1.2178993225097656   | 'logprob': -1.2181              | step 2, logprob: expected -1.2181",
      "'top_ids': [5, 15]               | 'top_ids': [15, 5]              | step 1, top [0]: expected token 15",
      "'top_ids': [5, 15]               | 'top_ids': [5]                  | step 1, top: expected 1 tokens and 2",
      "'top_logprobs': [-1.6811792850   | 'top_logprobs': [-1.7811792850  | step 3, top [0]: expected -1.78",
      "'top_n': 2                       | 'top_n': 3                      | step 0, top: expected 2 tokens",
  })
  void aStepThatDiffersIsToldWithWhatDiffers(String from, String to, String reason) throws IOException {
    copyOfGolden("sequence/top-2", from, to);
    assertThat(failure("sequence/top-2")).startsWith(reason);
  }

  @Test
  void aSequenceHasATokenARow() throws IOException {
    copyOfGolden("sequence/top-2", "'rows': 30", "'rows': 31");
    assertThat(failure("sequence/top-2")).endsWith("expected must be a token a row, 31, but are 30");
  }

  @Test
  void aNearTieEndsTheComparison() throws IOException {
    String json = golden("greedy/llama-f32");
    int at = json.indexOf('[', json.indexOf("\"expected\"")) + 1;
    write("greedy/llama-f32", json.substring(0, at) + "0" + json.substring(json.indexOf(',', at))
        .replaceFirst("\"near_tie\": [0-9.e-]+", "\"near_tie\": 1e9"));
    assertThat(run("greedy/llama-f32")).isInstanceOf(Verdict.Passed.class);
  }

  @Test
  void aWrongIdAndAWrongTextAreToldWithTheirItem() throws IOException {
    tokenize("ab", "1, 2, 3, 4, 5", "ab");
    assertThat(failure("t")).startsWith("item 0, ids of \"ab\"");
    Tokenizer tokenizer = Tokenizer.load(Golden.ROOT.resolve("tokenizers/llama3-style"));
    String ids = Arrays.toString(tokenizer.encode("ab", false)).replaceAll("[\\[\\]]", "");
    tokenize("ab", ids, "ab");
    assertThat(run("t")).isInstanceOf(Verdict.Passed.class);
    tokenize("ab", ids, "ac");
    assertThat(failure("t")).isEqualTo("item 0, decoded, character 1: expected \"ac\", got \"ab\"");
  }

  private void tokenize(String text, String ids, String decoded) throws IOException {
    String item = "{'text': '%s', 'ids': [%s], 'decoded': '%s', 'add_special': false, 'decoded_skip_special': 'ab'}"
        .formatted(text, ids, decoded);
    write("t", "{'kind': 'tokenize', 'tokenizer': 'tokenizers/llama3-style', 'items': [" + item + "]}");
  }

  @Test
  void aStreamThatIsWrongOrLateIsToldWithItsItem() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(Golden.ROOT.resolve("tokenizers/llama3-style"));
    int id = tokenizer.encode("a", false)[0];
    stream(id, "a", 1);
    assertThat(run("t")).isInstanceOf(Verdict.Passed.class);
    stream(id, "zz", 1);
    assertThat(failure("t")).isEqualTo("item 0, id 0: expected a beginning of \"zz\", got \"a\"");
    stream(id, "ab", 1);
    assertThat(failure("t")).isEqualTo("item 0, character 1: expected \"ab\", got \"a\"");
    stream(id, "abc", 9);
    assertThat(failure("t")).isEqualTo("item 0, id 0: expected at least 8 code points, got 1");
  }

  private void stream(int id, String expected, int stable) throws IOException {
    write("t", "{'kind': 'detokenize_stream', 'tokenizer': 'tokenizers/llama3-style', 'max_held': 1, 'items': ["
        + "{'ids': [%d], 'expected': '%s', 'stable': [%d]}]}".formatted(id, expected, stable));
  }

  @Test
  void aCheckpointThatIsNowhereSkipsTheCaseAndSaysWhereItWasLookedFor() throws IOException {
    write("logits/absent", "{'kind': 'logits', 'checkpoint': 'models/absent', 'calls': [{}], " + TOLERANCE + "}");
    assertThat(run("logits/absent")).isInstanceOfSatisfying(Verdict.Skipped.class, skipped ->
        assertThat(skipped.reason()).contains("models/absent in the suite").contains("no absent in golden"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"models", "models/llama-f32", "models/qwen3-f32/../llama-f32", "models/llama-f32/"})
  void aFolderOfModelsMayBeTheModelItself(String given) throws IOException {
    String tensors = "{'kind': 'logits', 'checkpoint': 'models/llama-f32', 'calls': [{}], " + TOLERANCE + "}";
    write("logits/there", tensors);
    assertThat(run("logits/there", List.of(Golden.ROOT.resolve(given)))).isInstanceOf(Verdict.Failed.class);
    assertThat(run("logits/there", List.of(Golden.ROOT.resolve("models/qwen3-f32"))))
        .isInstanceOf(Verdict.Skipped.class);
  }

  @Test
  void theOtherCasesRunAfterOneThatBreaks() throws IOException {
    Files.createDirectories(suite.resolve("a"));
    Files.write(suite.resolve("a/case.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    softcap("b", "[2, 2]", 0, 0, 0, 0);
    assertThat(Suite.open(suite).entries()).extracting(Suite.Entry::id).containsExactly("a", "b");
    assertThat(run("a")).isInstanceOf(Verdict.Failed.class);
    assertThat(run("b")).isInstanceOf(Verdict.Passed.class);
  }

  @Test
  void anInternalErrorIsNoRefusal() throws IOException {
    write("refuse/accepted", "{'kind': 'refuse', 'stage': 'checkpoint', 'checkpoint': 'models/llama-f32',"
        + " 'mentions_any': []}");
    assertThat(failure("refuse/accepted")).isEqualTo("expected the checkpoint to be refused, it was accepted");
    write("refuse/words", "{'kind': 'refuse', 'stage': 'checkpoint', 'checkpoint': 'models/refuse-bits-7',"
        + " 'mentions_any': ['pear']}");
    assertThat(failure("refuse/words")).startsWith("refused, but: expected a message with one of [pear], got \"");
    write("refuse/crash", "{'kind': 'refuse', 'stage': 'checkpoint', 'checkpoint': '\\u0000', 'mentions_any': []}");
    assertThat(failure("refuse/crash")).startsWith("expected a refusal, got an internal error: ");
  }

  @Test
  void oneWrongRegimeIsNamed() throws IOException {
    copyOfGolden("op/matmul-float32-5x64x32", "'atol': ", "'atol': 0 }, 'was': {'atol': ");
    assertThat(failure("op/matmul-float32-5x64x32")).contains("rtol is missing");
    copyOfGolden("logits/llama-f32", "'tokens': [", "'tokens': [3, ");
    assertThat(failure("logits/llama-f32")).startsWith("regime prompt, call 0, logits.0: expected shape ");
  }

  @Test
  void packedRowsAreComparedToTheLastBitAndInShape() throws IOException {
    copyOfGolden("op/quantize-affine-b4g64", "'bits': 4", "'bits': 8");
    assertThat(failure("op/quantize-affine-b4g64")).startsWith("weight: expected U32 [").contains(", got U32 [");
    copyOfGolden("op/quantize-affine-b3g32", "'scales': 'scales'", "'scales': 'biases'");
    assertThat(failure("op/quantize-affine-b3g32")).matches("biases \\[0, 0]: expected \\S+, got \\S+");
  }

  @Test
  void pixelsOfAnotherStrideFail() throws IOException {
    copyOfGolden("image/gemma3-bmp", "'stride': 1", "'stride': 2");
    assertThat(failure("image/gemma3-bmp")).startsWith("pixel_values: expected shape [").contains("], got shape [");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "op/*", "*/x", "op/matmul-?/x", "op/matmul-1/x"})
  void aGlobMatchesSlashesToo(String glob) {
    assertThat(new Glob(glob).matches("op/matmul-1/x")).isTrue();
    assertThat(new Glob(glob + "y").matches("op/matmul-1/x")).isFalse();
    assertThat(new Glob("op.matmul-1.x").matches("op/matmul-1/x")).isFalse();
  }

  // softcap of zeros is zeros: whatever else the case expects is wrong
  private void softcap(String id, String shape, float... expected) throws IOException {
    write(id, softcapJson("out"));
    float[] values = new float[2 * expected.length];
    System.arraycopy(expected, 0, values, expected.length, expected.length);
    int middle = 4 * expected.length;
    tensors(id, "'x': {'dtype': 'F32', 'shape': [2, 2], 'data_offsets': [0, %d]}, 'out': {'dtype': 'F32', 'shape': %s,"
        .formatted(middle, shape) + " 'data_offsets': [%d, %d]}".formatted(middle, 2 * middle), values);
  }

  private static String softcapJson(String out) {
    return "{'kind': 'op', 'op': 'softcap', 'params': {'cap': 5}, 'inputs': {'x': 'x'}, 'expected': {'out': '" + out
        + "'}, " + TOLERANCE + "}";
  }

  private void write(String id, String json) throws IOException {
    Files.createDirectories(suite.resolve(id));
    Files.writeString(suite.resolve(id).resolve("case.json"), json.replace('\'', '"'));
  }

  private void tensors(String id, String entries, float... values) throws IOException {
    byte[] header = ("{" + entries + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    for (float value : values) {
      bytes.putFloat(value);
    }
    Files.write(suite.resolve(id).resolve("tensors.safetensors"), bytes.array());
  }

  private static String golden(String id) throws IOException {
    return Files.readString(Golden.ROOT.resolve(id).resolve("case.json"));
  }

  /** A golden case with one thing changed. */
  private void copyOfGolden(String id, String from, String to) throws IOException {
    String json = golden(id).replace(from.replace('\'', '"'), to.replace('\'', '"'));
    assertThat(json).isNotEqualTo(golden(id));
    write(id, json);
    try (Stream<Path> files = Files.list(Golden.ROOT.resolve(id))) {
      for (Path file : files.filter(file -> !file.endsWith("case.json")).toList()) {
        Files.copy(file, suite.resolve(id).resolve(file.getFileName()));
      }
    }
  }

  private String failure(String id) {
    Verdict verdict = run(id);
    assertThat(verdict).isInstanceOf(Verdict.Failed.class);
    return ((Verdict.Failed) verdict).reason();
  }

  /** With the models and tokenizers of golden. */
  private Verdict run(String id) {
    return run(id, List.of(Golden.ROOT.resolve("models"), Golden.ROOT.resolve("tokenizers")));
  }

  private Verdict run(String id, List<Path> models) {
    Suite opened = Suite.open(suite);
    try (Ops ops = id.startsWith("op") ? new ScalarOps() : new VectorOps(1);
        Conformance conformance = new Conformance(opened, models, ops, DType.F32)) {
      return conformance.run(
          opened.entries().stream().filter(entry -> entry.id().equals(id)).findFirst().orElseThrow());
    }
  }
}
