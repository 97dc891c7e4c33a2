package dev.quipu.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.quipu.QuipuException;
import dev.quipu.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class JsonReaderTest {

  private static final String VALUES = "{\"a\\n\\u00e9\\ud83d\\ude00\": [1, -2.5e3, true, false, null, \"\", \"plain é 👍\"],"
      + " \"nested\": {\"list\": [[], {}, [[\"\\\\\\\"\\/\"]]]}}";

  @Test
  void valuesAreThoseOfTheGeneralParser() {
    assertThat(reader(stream(VALUES)).value()).isEqualTo(jackson(VALUES));
  }

  @Test
  void itDoesNotMatterHowTheFileComesInPieces() {
    assertThat(reader(byteByByte(stream(VALUES))).value()).isEqualTo(jackson(VALUES));
  }

  /** Each byte of the text once stands at the end of the window, and the text is longer than it. */
  @Test
  void itDoesNotMatterWhereTheWindowEnds() {
    for (int spaces = (1 << 16) - VALUES.length() - 16; spaces <= 1 << 16; spaces++) {
      assertThat(reader(stream(" ".repeat(spaces) + VALUES)).value()).isEqualTo(jackson(VALUES));
    }
  }

  @Test
  void aStringLongerThanTheWindowIsWhole() {
    String text = "é\\n".repeat(100_000);
    assertThat(reader(stream('"' + text + '"')).value()).isEqualTo("é\n".repeat(100_000));
    assertThat(reader(stream('"' + "x".repeat(300_000) + '"')).value()).isEqualTo("x".repeat(300_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2-style", "llama3-style"})
  void aTokenizerThatComesByteByByteIsTheSame(String name) throws IOException {
    Path file = Path.of("golden/tokenizers", name, "tokenizer.json");
    Tokenizer whole = Tokenizer.load(Files.newInputStream(file), "t");
    Tokenizer slow = Tokenizer.load(byteByByte(Files.newInputStream(file)), "t");
    assertThat(slow.vocabSize()).isEqualTo(whole.vocabSize());
    for (int id = 0; id < whole.vocabSize(); id++) {
      assertThat(slow.token(id)).isEqualTo(whole.token(id));
    }
    String text = "The tokens, 12 ünd 👍 the end\n";
    assertThat(slow.encode(text, true)).isEqualTo(whole.encode(text, true));
  }

  /** What one refuses, the other refuses; what one reads, the other reads alike. Half a surrogate pair is left out. */
  @Test
  void randomTextsMeanWhatTheyMeanToJackson() {
    Random random = new Random(4);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      String text = i % 2 == 0 ? document(random, 0) : spoiled(document(random, 0), random);
      Object expected = jackson(text);
      if (expected == REFUSED) {
        assertThatThrownBy(() -> Json.parse(text, "t")).as(text).isInstanceOf(QuipuException.class);
      } else {
        assertThat(Json.parse(text, "t")).as(text).isEqualTo(expected);
        read++;
      }
    }
    assertThat(read).isBetween(11_000, 19_000);
  }

  @Test
  void whatPythonWritesForNoNumbersIsRead() {
    assertThat(Json.parse("[NaN, Infinity, -Infinity]", "t"))
        .isEqualTo(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "01", "-", "+1", "1.", ".5", "1e", "nul", "truex",
      "\"a", "\"\t\"", "\"\\x\"", "\"\\ud800\"", "[] []", "'a'", "{a:1}", "//c\n1"})
  void whatIsNoJsonIsRefusedWithThePlace(String text) {
    assertThatThrownBy(() -> Json.parse(text, "x.json")).isInstanceOf(QuipuException.class)
        .hasMessageStartingWith("x.json: not valid JSON: ").hasMessageContaining("(byte ");
  }

  @Test
  void aByteThatIsNoCharacterIsShownAsANumber() {
    assertThatThrownBy(() -> Json.parse("\u001b[31m", "t")).hasMessageContaining("found the byte 0x1B (byte 0)");
    assertThatThrownBy(() -> Json.parse("é", "t")).hasMessageContaining("found the byte 0xC3 (byte 0)");
  }

  /** As in Python; to read one of a million digits takes minutes. */
  @Test
  void aWholeNumberHasAtMost4300Digits() {
    assertThat(Json.parse("9".repeat(4300), "t")).isEqualTo(new BigInteger("9".repeat(4300)));
    assertTimeoutPreemptively(Duration.ofSeconds(30), () ->
        assertThatThrownBy(() -> Json.parse("9".repeat(20_000_000), "t")).isInstanceOf(QuipuException.class)
            .hasMessageContaining("t: not valid JSON: a whole number has more than 4300 digits"));
  }

  @Test
  void valuesNestedDeeplyAreRefusedBeforeTheStackEnds() {
    assertThat(Json.parse("[".repeat(500) + "]".repeat(500), "t")).isInstanceOf(List.class);
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000), "t")).isInstanceOf(QuipuException.class)
        .hasMessageContaining("nested deeper than 500");
  }

  @Test
  void aKeyGivenTwiceIsRefusedOnlyWhereAsked() {
    String text = "{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}}";
    assertThat(Json.parse(text, "t")).isEqualTo(Map.of("a", 1L, "b", Map.of("c", 2L)));
    assertThatThrownBy(() -> reader(stream(text)).strict().document()).hasMessageContaining("\"c\" is given twice");
  }

  private static String document(Random random, int depth) {
    String space = " ".repeat(random.nextInt(2));
    return space + switch (random.nextInt(depth > 3 ? 6 : 8)) {
      case 0 -> List.of("0", "-0", "12", "-7", "9223372036854775807", "9223372036854775808", "-123456789012345678901")
          .get(random.nextInt(7));
      case 1 -> List.of("0.5", "-1e9", "1E+2", "2.5e-3", "1e400", "0.1e1", "123456789.125").get(random.nextInt(7));
      case 2 -> List.of("true", "false", "null").get(random.nextInt(3));
      case 3, 4 -> List.of("\"\"", "\"plain\"", "\"é ✓ \\u00e9\"", "\"\\n\\\"\\\\ \\/\"", "\"\\ud83d\\ude00\"")
          .get(random.nextInt(5));
      case 5, 6 -> "[" + members(random, depth, "") + "]";
      default -> "{" + members(random, depth, "key") + "}";
    } + space;
  }

  private static String members(Random random, int depth, String key) {
    StringBuilder members = new StringBuilder();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      members.append(i == 0 ? "" : ",").append(key.isEmpty() ? "" : "\"" + key + i + "\":");
      members.append(document(random, depth + 1));
    }
    return members.toString();
  }

  /** One character is taken out, doubled or replaced by one that means something. */
  private static String spoiled(String text, Random random) {
    if (text.contains("ud83d")) {
      return text; // Jackson reads half a pair
    }
    int at = random.nextInt(text.length());
    String other = "{}[],:\"\\0-.eEtn x".substring(random.nextInt(17)).substring(0, 1);
    String middle = switch (random.nextInt(3)) {
      case 0 -> "";
      case 1 -> text.substring(at, at + 1).repeat(2);
      default -> other;
    };
    return text.substring(0, at) + middle + text.substring(at + 1);
  }

  private static final Object REFUSED = new Object();

  /** The value as Jackson reads it, or {@link #REFUSED}. */
  private static Object jackson(String text) {
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        return REFUSED;
      }
      Object value = jackson(parser);
      return parser.nextToken() == null ? value : REFUSED;
    } catch (JacksonException e) {
      return REFUSED;
    }
  }

  private static Object jackson(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          map.put(key, jackson(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(jackson(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> {
        BigInteger integer = parser.getBigIntegerValue();
        yield integer.bitLength() < 64 ? (Object) integer.longValue() : integer;
      }
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static JsonReader reader(InputStream in) {
    return new JsonReader(in, "t");
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static InputStream byteByByte(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return super.read(bytes, offset, Math.min(1, length));
      }
    };
  }
}
