package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.quipu.config.Json;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

  private static final Clock CLOCK =
      Clock.fixed(LocalDateTime.of(2024, 7, 6, 15, 4, 5).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

  /** The truth is Python's Jinja2: tools/make_jinja_cases.py. */
  @Test
  void smallTemplatesRenderAsPythonsJinja2Does() {
    Map<String, Object> suite = object(Json.parse(resource("/jinja/cases.json"), "cases.json"));
    Map<String, Object> context = object(suite.get("context"));
    List<String> wrong = new ArrayList<>();
    for (Object entry : list(suite.get("cases"))) {
      Map<String, Object> c = object(entry);
      compare((String) c.get("source"), (String) c.get("source"), context, (String) c.get("out"), wrong);
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void publishedTemplatesRenderAsPythonsJinja2Does() throws Exception {
    String corpus = System.getProperty("quipu.corpus", "");
    Path folder = Path.of(corpus, "chat-templates");
    Assumptions.assumeTrue(!corpus.isEmpty() && Files.isDirectory(folder),
        "the corpus of published chat templates is absent: set -Dquipu.corpus to its folder");
    Map<String, Object> suite = object(Json.parse(Files.readString(folder.resolve("cases.json")), "cases.json"));
    List<Object> expected = list(Json.parse(Files.readString(folder.resolve("expected.json")), "expected.json"));
    List<Object> cases = list(suite.get("cases"));
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Map<String, Object> c = object(cases.get(i));
      String source = (String) object(suite.get("templates")).get(c.get("template"));
      Map<String, Object> e = object(expected.get(i));
      compare((String) c.get("id"), source, object(c.get("ctx")), (String) e.get("out"), wrong);
    }
    assertThat(cases).hasSizeGreaterThan(1000);
    assertThat(wrong).isEmpty();
  }

  /** Python renders these for hours, or until the memory is full. */
  @ParameterizedTest
  @ValueSource(strings = {
      "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
      "{% for i in range(90000) %}{% for j in range(90000) %}{% break %}{% endfor %}{% endfor %}",
      "{% for i in range(90000) %}{{ range(90000)|map('string')|first }}{{ range(90000)|list|length }}{% endfor %}",
      "{% set ns = namespace(x='') %}{% for i in range(90000) %}{% set ns.x = ns.x ~ 'abcdefghij' %}{% endfor %}",
      "{% set ns = namespace(x=[]) %}{% for i in range(90000) %}{% set ns.x = ns.x + [i] %}{% endfor %}",
      "{% set ns = namespace(x=[]) %}{% for i in range(999) %}{% set ns.x = ns.x + ['a' * 1000000] %}{% endfor %}",
      "{{ ([[1] * 100] * 90000)|sum(start=[])|length }}",
      "{% set ns = namespace(x=1, y=1) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}"
          + "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
      "{% set ns = namespace(x=1) %}{% for i in range(40) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}",
      "{% set ns = namespace(x=1) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|pprint }}"})
  void loopsAndTextsWithoutMeasureAreRefused(String source) {
    assertTimeoutPreemptively(Duration.ofSeconds(60), () ->
        assertThatThrownBy(() -> ChatTemplate.parse("t", source).render(Map.of())).isInstanceOf(TemplateException.class)
            .hasMessage("t, line 1: the template takes more work than any chat template needs: its loops or its "
                + "texts grow without measure"));
  }

  /** Templates that look back over all messages at each need work that grows with both: so does what they may do. */
  @Test
  void aLargerContextMayTakeMoreWork() {
    String source = """
        {% set ns = namespace(n=0) %}{% for a in messages %}{% for b in messages %}{% if a.role == b.role %}\
        {% set ns.n = ns.n + 1 %}{% endif %}{% endfor %}{% endfor %}{{ ns.n }}""";
    var message = Map.of("role", "user", "content", "x".repeat(2000));
    var shortest = Map.of("role", "user", "content", "x");

    assertThat(ChatTemplate.parse("t", source).render(Map.of("messages", Collections.nCopies(2000, message))))
        .isEqualTo("4000000");
    assertThatThrownBy(() ->
        ChatTemplate.parse("t", source).render(Map.of("messages", Collections.nCopies(2000, shortest))))
        .isInstanceOf(TemplateException.class).hasMessageContaining("more work than any chat template needs");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{% for i in range(90000) %}{{ 'abcdefghij' * 100 }}{% endfor %}",
      "{% for i in range(90000) %}a text that stands in the template, many times over, and many times over again: "
          + "more than ten million characters of it{% endfor %}",
      "{% set ns = namespace(x=1) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
      "{% set ns = namespace(x=1) %}{% for i in range(40) %}{% set ns.x = {1: ns.x, 2: ns.x} %}{% endfor %}{{ ns.x }}",
      "{% set ns = namespace(x=1) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
      "{{ [1] * 90000000 }}"})
  void aTextHasAMostLength(String source) {
    assertTimeoutPreemptively(Duration.ofSeconds(60), () ->
        assertThatThrownBy(() -> ChatTemplate.parse("t", source).render(Map.of())).isInstanceOf(TemplateException.class)
            .hasMessageContainingAll("t, line 1: MemoryError: a value of length ", " is longer than 10000000"));
  }

  @Test
  void raiseExceptionShowsItsTextAndWhere() {
    ChatTemplate template = ChatTemplate.parse("chat_template.jinja",
        "a\n{% if true %}\n{{ raise_exception('No.') }}{% endif %}");
    assertThatThrownBy(() -> template.render(Map.of()))
        .isInstanceOfSatisfying(TemplateException.class, e -> {
          assertThat(e).hasMessage("chat_template.jinja, line 3: No.");
          assertThat(e.reason()).isEqualTo("No.");
          assertThat(e.line()).isEqualTo(3);
        });
  }

  @Test
  void errorsOfTheLanguageCarryPythonsNameAndTheLine() {
    ChatTemplate template = ChatTemplate.parse("t", "{{ 1 }}\n\n{{ 'a' + none }}");
    assertThatThrownBy(() -> template.render(Map.of()))
        .hasMessage("t, line 3: TypeError: can only concatenate str (not \"NoneType\") to str");
    assertThatThrownBy(() -> ChatTemplate.parse("t", "\n{% nope %}"))
        .hasMessage("t, line 2: encountered unknown tag 'nope'");
  }

  @Test
  void otherTemplatesAreRefusedByName() {
    assertThatThrownBy(() -> ChatTemplate.parse("t", "{% include 'x' %}"))
        .isInstanceOf(TemplateException.class).hasMessageContaining("{% include %} is not supported");
  }

  @Test
  void aNamespaceHasNoUnderscoredNames() {
    for (String source : List.of("{% set ns = namespace(_x=1) %}", "{% set ns = namespace() %}{% set ns._x = 1 %}")) {
      assertThatThrownBy(() -> ChatTemplate.parse("t", source).render(Map.of()))
          .isInstanceOf(TemplateException.class).hasMessageContaining("underscore-prefixed").hasMessageContaining("'_x'");
    }
  }

  @Test
  void toolsAndDocumentsAreNoneWhereAbsent() {
    assertThat(ChatTemplate.parse("t", "{{ tools is none }} {{ documents }}").render(Map.of())).isEqualTo("True None");
  }

  @Test
  void theClockIsTheCallers() {
    assertThat(ChatTemplate.parse("t", "{{ strftime_now('%d %b %Y') }}").render(Map.of(), CLOCK))
        .isEqualTo("06 Jul 2024");
  }

  @Test
  void anyIntegerTypeOfTheCallerIsAnInteger() {
    assertThat(ChatTemplate.parse("t", "{{ n + 1 }} {{ l }}").render(Map.of("n", 1, "l", List.of((short) 2, 3f))))
        .isEqualTo("2 [2, 3.0]");
  }

  @Test
  void recursionWithoutEndIsAnErrorOfTheTemplate() {
    ChatTemplate template = ChatTemplate.parse("t", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}");
    assertThatThrownBy(() -> template.render(Map.of()))
        .isInstanceOf(TemplateException.class).hasMessageContaining("nested more than");
    assertThatThrownBy(() -> ChatTemplate.parse("t", "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}"))
        .isInstanceOf(TemplateException.class).hasMessageContaining("nested more than");
    assertThatThrownBy(() -> ChatTemplate.parse("t", "{{ 1" + "+1".repeat(5000) + " }}"))
        .isInstanceOf(TemplateException.class).hasMessageContaining("operators in a row");
  }

  @Test
  void valuesTooLargeToBeMeantAreRefused() {
    for (String source : List.of("{{ range(100001) }}", "{{ 'a' * 10 ** 12 }}", "{{ 9 ** (9 ** 9) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ [1] * 10 ** 9 }}", "{{ 'a'|center(10 ** 9) }}", "{{ 10 ** 5000 }}", "{{ '{:999999999}'.format(1) }}")) {
      assertThatThrownBy(() -> ChatTemplate.parse("t", source).render(Map.of()))
          .as(source).isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void oneTemplateRendersInManyThreads() throws Exception {
    ChatTemplate template = ChatTemplate.parse("t",
        "{% set ns = namespace(s=0) %}{% for x in range(n) %}{% set ns.s = ns.s + x %}{% endfor %}{{ ns.s }}");
    List<Callable<String>> tasks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int n = i;
      tasks.add(() -> template.render(Map.of("n", n)));
    }
    try (var pool = Executors.newFixedThreadPool(8)) {
      var results = pool.invokeAll(tasks);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(Integer.toString(i * (i - 1) / 2));
      }
    }
  }

  /** Whatever is thrown but a TemplateException fails the test. */
  @Test
  void garbageGivesTextOrATemplateException() {
    Map<String, Object> suite = object(Json.parse(resource("/jinja/cases.json"), "cases.json"));
    Map<String, Object> context = object(suite.get("context"));
    List<Object> cases = list(suite.get("cases"));
    Random random = new Random(7);
    int rendered = 0;
    for (int i = 0; i < 20_000; i++) {
      String source = (String) object(cases.get(random.nextInt(cases.size()))).get("source");
      String other = (String) object(cases.get(random.nextInt(cases.size()))).get("source");
      rendered += rendersOrRefuses(garbled(source, other, random), context) ? 1 : 0;
    }
    assertThat(rendered).isPositive();
  }

  private static boolean rendersOrRefuses(String source, Map<String, Object> context) {
    try {
      return ChatTemplate.parse("t", source).render(context, CLOCK) != null;
    } catch (TemplateException e) {
      assertThat(e.line()).as(source).isPositive();
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("template: " + source, e);
    }
  }

  private static String garbled(String source, String other, Random random) {
    StringBuilder text = new StringBuilder(source);
    for (int edits = random.nextInt(4); edits >= 0; edits--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(6));
      int from = random.nextInt(other.length() + 1);
      int to = Math.min(other.length(), from + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, other, from, to);
        case 2 -> text.replace(at, end, other.substring(from, to));
        default -> text.insert(at, "{}[]()|%'\".,:~*-+=! 0a\\\n".charAt(random.nextInt(24)));
      }
    }
    return text.toString();
  }

  /** @param expected null where Python raises */
  private static void compare(String id, String source, Map<String, Object> context, String expected,
      List<String> wrong) {
    String found = null;
    String error = null;
    try {
      found = ChatTemplate.parse("template", source).render(context, CLOCK);
    } catch (TemplateException e) {
      error = e.getMessage();
    }
    if (expected == null ? found != null : !expected.equals(found)) {
      wrong.add(id + "\n  expected " + (expected == null ? "an error" : expected)
          + "\n  found " + (found == null ? error : found));
    }
  }

  private static InputStream resource(String name) {
    return ChatTemplateTest.class.getResourceAsStream(name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }
}
