package dev.quipu.language;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The inside of strings against Jackson, and every beginning against all spellings of all texts. */
class StringLexemeTest {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int[] CHARACTERS = {'a', 'b', '"', '\\', '/', '\b', '\n', 0, 0x1F, 0x7F, 0x80, 0xE9, 0x7FF,
      0x800, 0x2028, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};

  private final Random random = new Random(3);

  @Test
  void whatMayCloseIsAStringOfTheLanguage() {
    List<Language> languages = List.of(Language.ANY, Language.lengths(1, 3), EcmaPattern.search("^[^a]*$"),
        EcmaPattern.search("[é\\u{1F600}-\\u{10FFFF}]"), EcmaPattern.search("^\\P{L}+$"),
        Language.text("a\"\n\uD83D\uDE00"),
        EcmaPattern.search("a").not());
    StringLexemes table = new StringLexemes();
    int strings = 0;
    for (int i = 0; i < 30_000; i++) {
      byte[] bytes = random.nextInt(4) == 0 ? noise() : changed(spelling(text(4)));
      String decoded = decode(bytes);
      strings += decoded == null ? 0 : 1;
      for (Language language : languages) {
        StringLexeme end = walk(table.of(language), bytes, bytes.length);
        if (end != null) {
          completes(bytes, end, language);
        }
        if ((end != null && end.canClose()) != (decoded != null && language.accepts(decoded))) {
          fail("%s as %s", new String(bytes, UTF_8), language);
        }
      }
    }
    assertThat(strings).isBetween(8_000, 22_000);
  }

  @Test
  void whetherAByteGoesOnIsKnownWithoutItsState() {
    List<Language> languages = List.of(Formats.of("regex"), Formats.of("regex").and(Language.lengths(0, 8)),
        Formats.of("hostname"), Formats.of("idn-hostname"), EcmaPattern.search("^[a-é]+$"));
    for (Language language : languages) {
      for (boolean plain : new boolean[] {false, true}) {
        for (String text : List.of("[a-é€😀\\\\d]x", "(?<né>é){2,}", "a.xn--e1a", "é.ö", "\\u00e9\\uD83D\\uDE00")) {
          byte[] bytes = text.getBytes(UTF_8);
          for (int end = 0; end <= bytes.length; end++) {
            StringLexeme fresh = walk(new StringLexemes(plain).of(language), bytes, end);
            for (int b = 0; fresh != null && b < 256; b++) {
              assertThat(fresh.goesOn(b)).as("%s, %d bytes of it, then %d", text, end, b)
                  .isEqualTo(fresh.next(b) != null).isEqualTo(fresh.goesOn(b));
            }
          }
        }
      }
    }
  }

  @Test
  void exactlyTheBeginningsOfSpellingsGoOn() {
    for (int i = 0; i < 1_500; i++) {
      Set<String> texts = new HashSet<>();
      for (int j = random.nextInt(4); j >= 0; j--) {
        texts.add(text(3));
      }
      StringLexemes table = new StringLexemes();
      Language finite = Language.texts(texts);
      Language same = Language.anyOf(texts.stream().map(Language::text).toList());
      List<String> all = new ArrayList<>(texts);
      for (int j = 0; j < 20; j++) {
        byte[] bytes = spelling(random.nextBoolean() ? all.get(random.nextInt(all.size())) : text(3));
        byte[] beginning = changed(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
        boolean alive = all.stream().anyMatch(text -> begins(beginning, 0, text.codePoints().toArray(), 0));
        for (Language language : List.of(finite, same)) {
          StringLexeme end = walk(table.of(language), beginning, beginning.length);
          if (end != null) {
            completes(beginning, end, language);
          }
          if ((end != null) != alive) {
            fail("%s of %s", new String(beginning, UTF_8), texts);
          }
        }
      }
    }
  }

  /** Whether there is a text is part of the step: here a beginning that both patterns have, but no text. */
  @Test
  void whatCannotBeCompletedDoesNotGoOn() {
    Language both = EcmaPattern.search("^(a[bc]*b|d|é[bc]*b)$").and(EcmaPattern.search("^(a[bc]*c|d|é[bc]*c)$"));
    StringLexeme start = new StringLexemes().of(both);
    assertThat(both.after('a')).isNotSameAs(Language.NONE);
    assertThat(start.next('a')).isNull();
    assertThat(start.next(0xC3)).isNull();
    assertThat(walk(start, "\\u006".getBytes(UTF_8), 5).next('1')).isNull();
    assertThat(start.next('d').canClose()).isTrue();
  }

  @Test
  void allThatIsUnrestrictedIsOneState() {
    StringLexeme a = new StringLexemes().of(Language.ANY);
    StringLexeme b = walk(new StringLexemes().of(EcmaPattern.search("^a")), "ab\\u00e9".getBytes(UTF_8), 8);
    assertThat(a).isSameAs(b);
    assertThat(a.unrestricted()).isTrue();
    assertThat(a.next(0xE2).unrestricted()).isFalse();
    assertThat(a.next('\\').next('u').next('0')).isSameAs(b.next('\\').next('u').next('0'));
  }

  private static void completes(byte[] beginning, StringLexeme at, Language language) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(beginning);
    out.writeBytes(at.completion());
    String text = decode(out.toByteArray());
    if (text == null || !language.accepts(text)) {
      fail("%s completed as %s", language, out.toString(UTF_8));
    }
  }

  @Test
  void plainStringsEscapeOnlyWhatHasToBe() {
    StringLexemes plain = new StringLexemes(true);
    for (String string : List.of("a/é\\n\\\\\\\"\\u0000\\u001f", "\uD83D\uDE00", "\\u000a\\u0022")) {
      assertThat(walk(plain.of(Language.ANY), string.getBytes(UTF_8), string.getBytes(UTF_8).length)).isNotNull();
    }
    for (String string : List.of("\\/", "\\u0061", "\\u0023", "\\u002f", "\\ud", "\\uF", "\\u1")) {
      assertThat(walk(plain.of(Language.ANY), string.getBytes(UTF_8), string.length())).as(string).isNull();
    }
    assertThat(plain.of(Language.text("name")).next('\\')).isNull();
    StringLexeme tab = plain.of(Language.text("\t"));
    assertThat(walk(tab, "\\u000".getBytes(UTF_8), 5).next('9').canClose()).isTrue();
    assertThat(walk(tab, "\\u000".getBytes(UTF_8), 5).next('a')).isNull();
    assertThat(tab.next('\\').next('n')).isNull();
    assertThat(plain.of(Language.ANY).unrestricted()).isTrue();
  }

  /** Does some spelling of the rest of a text begin with the rest of some bytes? */
  private static boolean begins(byte[] bytes, int from, int[] text, int at) {
    if (from == bytes.length) {
      return true;
    }
    if (at == text.length) {
      return false;
    }
    for (byte[] spelling : spellings(text[at])) {
      int length = Math.min(spelling.length, bytes.length - from);
      boolean same = true;
      for (int i = 0; i < length; i++) {
        byte b = bytes[from + i];
        boolean digit = spelling[0] == '\\' && i % 6 >= 2 && spelling.length > 2;
        same &= b == spelling[i] || digit && Character.toLowerCase(b) == spelling[i];
      }
      if (same && (from + length == bytes.length || begins(bytes, from + length, text, at + 1))) {
        return true;
      }
    }
    return false;
  }

  /** Of one character, with small digits. */
  private static List<byte[]> spellings(int c) {
    List<byte[]> all = new ArrayList<>();
    if (c >= ' ' && c != '"' && c != '\\') {
      all.add(Character.toString(c).getBytes(UTF_8));
    }
    StringBuilder escaped = new StringBuilder();
    for (char unit : Character.toChars(c)) {
      escaped.append(String.format("\\u%04x", (int) unit));
    }
    all.add(escaped.toString().getBytes(UTF_8));
    int named = "\"\\/\b\f\n\r\t".indexOf(c);
    if (named >= 0) {
      all.add(("\\" + "\"\\/bfnrt".charAt(named)).getBytes(UTF_8));
    }
    return all;
  }

  private byte[] spelling(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text.codePoints().forEach(c -> {
      List<byte[]> all = spellings(c);
      byte[] one = all.get(random.nextInt(all.size()));
      out.writeBytes(random.nextBoolean() || one.length < 6 ? one
          : new String(one, UTF_8).toUpperCase().replace("\\U", "\\u").getBytes(UTF_8));
    });
    return out.toByteArray();
  }

  private String text(int longest) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }

  private byte[] noise() {
    byte[] bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    if (bytes.length > 1 && random.nextBoolean()) {
      bytes[0] = (byte) (0xC0 + random.nextInt(0x38));
      for (int i = 1; i < bytes.length; i++) {
        bytes[i] = (byte) (0x80 + random.nextInt(0x40));
      }
    }
    return bytes;
  }

  /** Sometimes one byte of it. */
  private byte[] changed(byte[] bytes) {
    if (bytes.length > 0 && random.nextInt(3) == 0) {
      int at = random.nextInt(bytes.length);
      bytes[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) "\\u0dDcC8f\"".charAt(random.nextInt(9));
    }
    return bytes;
  }

  private static StringLexeme walk(StringLexeme start, byte[] bytes, int length) {
    StringLexeme at = start;
    for (int i = 0; i < length && at != null; i++) {
      at = at.next(bytes[i] & 0xFF);
    }
    return at;
  }

  /** What a string with these bytes inside says, by strict UTF-8 and Jackson; null if it is none. */
  private static String decode(byte[] bytes) {
    try {
      String inside = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), "\"" + inside + "\"")) {
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
          return null;
        }
        String text = parser.getString();
        return parser.nextToken() == null && text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF) ? text : null;
      }
    } catch (CharacterCodingException | JacksonException e) {
      return null;
    }
  }
}
