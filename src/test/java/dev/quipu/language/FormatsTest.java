package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "date-time|2024-02-29T23:59:59.5+23:59", "date-time|1998-12-31t15:59:60.123-08:00", "date|2000-02-29",
      "time|23:59:60z", "time|00:29:60-23:30", "time|12:34:56-00:00",
      "duration|P1Y2M3DT4H5M6S", "duration|P3W", "duration|PT1M2S", "duration|P007D",
      "email|joe.bloggs@example.com", "email|\"joe\\ @ bloggs\"@example.com", "email|a@[127.0.0.1]",
      "email|a@[IPv6:::1]", "email|a@b", "idn-email|실례@실례.테스트", "idn-email|\"ό\"@example.com",
      "hostname|ab--cd.e-f", "hostname|1.2.3.4.5", "idn-hostname|例え。テスト", "idn-hostname|l·l", "idn-hostname|אב׳.a",
      "ipv4|255.249.199.9", "ipv6|1:2:3:4:5:6:7:8", "ipv6|::", "ipv6|1::8", "ipv6|::ffff:1.2.3.4", "ipv6|1:2::7:8",
      "uri|http://a:b@[::1]:80/c/d?e/f?#g/?", "uri|urn:a:b", "uri|a:", "uri|http://", "uri|http://[v1.a:b]",
      "uri-reference|./a:b", "uri-reference|//", "uri-reference|?a", "uri-reference|a/b:c",
      "iri|http://ƒøø.ßår/?∂éœ=πîx#πîüx", "iri-reference|#ƒ", "uri-template|{+a,b.c:12,d*}/e%20f",
      "json-pointer|/a~0b//~1", "relative-json-pointer|10#", "relative-json-pointer|0/a",
      "uuid|2EB8aa08-AA98-11ea-b4aa-73B441D16380"})
  void texts(String format, String text) {
    assertThat(Formats.of(format).accepts(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "date-time|2023-02-29T23:59:59Z", "date-time|2024-01-01 00:00:00Z", "date-time|2024-01-01T00:00:00",
      "date|1900-02-29", "date|2024-04-31", "date|2024-00-01", "time|22:59:60Z", "time|23:59:60+01:00",
      "time|24:00:00Z", "time|00:00:00+24:00", "time|00:00:00.Z", "duration|P1Y2D", "duration|PT", "duration|P",
      "duration|P1W1D", "email|.a@b", "email|a..b@c", "email|a@-b", "email|a@b_c", "email|a@[256.0.0.1]",
      "email|ό@example.com", "hostname|a.", "hostname|-a", "hostname|a-", "hostname|a..b", "hostname|a_b",
      "idn-hostname|a·l", "idn-hostname|l·", "idn-hostname|׳א", "idn-hostname|a--b--", "idn-hostname|aa--ü",
      "idn-hostname|aא", "idn-hostname|0a.א", "idn-hostname|・", "idn-hostname|Ü",
      "ipv4|01.0.0.1", "ipv4|1.1.1", "ipv4|256.0.0.1", "ipv6|1:2:3:4:5:6:7", "ipv6|1::2::3", "ipv6|:1:2:3:4:5:6:7",
      "ipv6|1:2:3:4:5:6:7:8::9", "ipv6|::12345", "ipv6|1:2:3:4:5:6:7:1.2.3.4", "uri|//a", "uri|a b:c", "uri|a:b c",
      "uri|http://a:b:c/", "uri|http:/[::1]", "uri|a:%4", "uri|a:é", "uri-reference|a:b:é", "uri-reference|1:b",
      "uri-reference|#a#b", "uri-reference|\\a", "iri|é", "uri-template|{a", "uri-template|{a:0}", "uri-template|{a,}",
      "uri-template|a>b", "json-pointer|a", "json-pointer|/~2", "relative-json-pointer|01", "relative-json-pointer|0##",
      "uuid|2eb8aa08aa98-11ea-b4aa-73b441d16380", "uuid|2eb8aa08-aa98-11ea-b4aa-73b441d1638"})
  void otherTexts(String format, String text) {
    assertThat(Formats.of(format).accepts(text)).isFalse();
  }

  @Test
  void lengthsOfNamesAreLimited() {
    String label = "a".repeat(63);
    String name = String.join(".", label, label, label, "b".repeat(61));
    for (String format : List.of("hostname", "idn-hostname")) {
      assertThat(Formats.of(format).accepts(name)).isTrue();
      assertThat(Formats.of(format).accepts(name + "b")).isFalse();
      assertThat(Formats.of(format).accepts(label + "a")).isFalse();
    }
  }

  /** RFC 5321, 4.5.3.1.1: octets, of which each of these letters has two in UTF-8. */
  @Test
  void localPartsHaveAtMost64Octets() {
    String[][] longest = {{"email", "a".repeat(64)}, {"email", "\"" + "a ".repeat(31) + "\""},
        {"idn-email", "ό".repeat(32)}, {"idn-email", "ό".repeat(31) + "aa"},
        {"idn-email", "\uD83D\uDE00".repeat(16)}};
    for (String[] one : longest) {
      assertThat(Formats.of(one[0]).accepts(one[1] + "@b")).as(one[1]).isTrue();
      String longer = one[1].charAt(0) == '"' ? "\"a" + one[1].substring(1) : "a" + one[1];
      assertThat(Formats.of(one[0]).accepts(longer + "@b")).as(longer).isFalse();
    }
  }

  @Test
  void daysAreThoseOfTheCalendar() {
    Language date = Formats.of("date");
    for (int year : new int[] {0, 1, 4, 100, 400, 1900, 1996, 2000, 2023, 2024, 2100, 9996, 9999}) {
      for (int month = 0; month <= 13; month++) {
        for (int day = 0; day <= 32; day++) {
          String text = "%04d-%02d-%02d".formatted(year, month, day);
          assertThat(date.accepts(text)).as(text).isEqualTo(isDay(year, month, day));
        }
      }
    }
  }

  private static boolean isDay(int year, int month, int day) {
    try {
      return LocalDate.of(year, month, day).getDayOfMonth() == day;
    } catch (DateTimeException notADay) {
      return false;
    }
  }

  @Test
  void leapSecondsAreTheLastOfADayInUtc() {
    Language time = Formats.of("time");
    for (int local = 0; local < 1440; local += 31) {
      for (int offset = -1439; offset <= 1439; offset++) {
        String clock = "%02d:%02d:60".formatted(local / 60, local % 60);
        String text = clock + (offset < 0 ? "-" : "+") + LocalTime.ofSecondOfDay(60 * Math.abs(offset));
        boolean last = Math.floorMod(local - offset, 1440) == 1439;
        if (time.accepts(text) != last) {
          assertThat(time.accepts(text)).as(text).isEqualTo(last);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"color", "phone", "utc-millisec", "host-name", "ip-address"})
  void someNamesOfDraft3SayNothing(String format) {
    assertThat(Formats.of(format)).isSameAs(Language.ANY);
    assertThat(Formats.isAnnotation(format)).isTrue();
  }

  @Test
  void otherNamesAreUnknown() {
    assertThat(Formats.of("int32")).isNull();
    assertThat(Formats.of("Date")).isNull();
    assertThat(Formats.isAnnotation("date")).isFalse();
  }

  @Test
  void textsOfTheTestSuiteAreJudgedAsItSays() throws IOException {
    String corpus = System.getProperty("quipu.corpus", "");
    Path folder = Path.of(corpus, "json-schema-test-suite", "tests");
    Assumptions.assumeTrue(!corpus.isEmpty() && Files.isDirectory(folder),
        "the JSON-Schema-Test-Suite is absent: set -Dquipu.corpus to the folder it is in");
    List<String> wrong = new ArrayList<>();
    int checked = 0;
    for (String draft : List.of("draft4", "draft6", "draft7", "draft2019-09", "draft2020-12")) {
      for (Path file : files(folder.resolve(draft).resolve("optional/format"))) {
        checked += check(file, wrong);
      }
    }
    assertThat(checked).isGreaterThan(1_000);
    assertThat(wrong).isEmpty();
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static int check(Path file, List<String> wrong) throws IOException {
    int checked = 0;
    for (Object group : (List<Object>) Json.parse(Files.readString(file), file.toString())) {
      Object schema = ((Map<String, Object>) group).get("schema");
      Object format = schema instanceof Map<?, ?> map ? map.get("format") : null;
      Language language = format == null ? null : Formats.of((String) format);
      for (Object test : (List<Object>) ((Map<String, Object>) group).get("tests")) {
        var fields = (Map<String, Object>) test;
        if (language != null && fields.get("data") instanceof String text) {
          checked++;
          if (language.accepts(text) != (Boolean) fields.get("valid")) {
            wrong.add(file + ": " + fields.get("description") + ": " + text);
          }
        }
      }
    }
    return checked;
  }
}
