package dev.quipu.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import dev.quipu.language.Language;
import dev.quipu.language.TextPosition;
import dev.quipu.mask.Position;
import dev.quipu.schema.SchemaOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LarkGrammarTest {

  private static Grammar grammar(String text) {
    return LarkGrammar.parse(text, "g.lark", LarkGrammarTest::schema);
  }

  /** A schema that says which text it allows. */
  private static Position schema(Object schema) {
    if (((Map<?, ?>) schema).get("const") instanceof String text) {
      return TextPosition.of(Language.text(text));
    }
    throw new QuipuException("/not: not supported");
  }

  private static void accepts(String grammar, String... texts) {
    for (String text : texts) {
      assertThat(Written.accepts(grammar(grammar), text)).as("%s: %s", grammar, text).isTrue();
    }
  }

  private static void rejects(String grammar, String... texts) {
    for (String text : texts) {
      assertThat(Written.accepts(grammar(grammar), text)).as("%s: %s", grammar, text).isFalse();
    }
  }

  @Test
  void rulesAndTerminals() {
    String list = """
        // a list of numbers
        start: "[" [item ("," item)*] "]"   # of any length
        ?item.2: NUMBER -> number
             | "x"i~2..3
             | start

        NUMBER.1: "-"? DIGIT+ ("." DIGIT+)?
        DIGIT: "0".."9"
        """;
    accepts(list, "[]", "[1]", "[-12.5,0]", "[xX,xxx,[1,[]]]");
    rejects(list, "[1,]", "[x]", "[xxxx]", "[1.]", "[1", "[--1]");
  }

  @Test
  void repetitions() {
    accepts("start: \"a\"~2 \"b\"{1,2} \"c\"{,2} \"d\"{2,} \"e\"* \"f\"+ \"g\"?", "aabddf", "aabbccdddeeffg");
    rejects("start: \"a\"~2 \"b\"{1,2} \"c\"{,2} \"d\"{2,} \"e\"* \"f\"+ \"g\"?", "abddf", "aabbbddf", "aabdf",
        "aabdd");
    accepts("start: A\nA: (\"a\" | B{2})~1..3\nB: /b/", "a", "bba", "abbbb");
    rejects("start: A\nA: (\"a\" | B{2})~1..3\nB: /b/", "aaaa", "b", "");
  }

  @Test
  void patterns() {
    accepts("start: /[^\\/\\n]+\\/(?i:ab|c)\\d{2}/", "x y/aB12", "é/C٣4");
    accepts("start: /a.c/s /\\x41\\u00e9[[:digit:]&&[^5]]/", "a\ncAé4");
    rejects("start: /a.c/", "a\nc");
    accepts("start: /a b # c\\n/x", "ab");
    accepts("start: /É+/i", "éÉé");
    accepts("start: /\\p{Greek}\\P{L}[\\w--\\d]/", "α1x");
    rejects("start: /\\p{Greek}\\P{L}[\\w--\\d]/", "a1x", "α11");
    accepts("start: /(?s-i:.)(?P<n>b)(?i)c/i", "\nBC", "\nbc");
  }

  @Test
  void andNotBetweenTerminals() {
    String lines = "start: LINES\nLINES: /[a-z \\n]*/ & ~/(?s:.*)\\n\\n(?s:.*)/";
    accepts(lines, "", "ab\ncd\n", "\n");
    rejects(lines, "a\n\nb", "\n\n");
    assertThat(Written.after(grammar(lines), "a\n").next('\n')).isNull();
    accepts("start: A\nA: /[ab]+/ & /[bc]+/ | \"x\"", "bb", "x");
    rejects("start: A\nA: /[ab]+/ & /[bc]+/ | \"x\"", "ab");
  }

  @Test
  void aLexemeIsAsLongAsItCanBe() {
    String keywords = "start: \"if\" NAME | NAME \"=\" NAME\nNAME: /[a-z]+/\n%ignore / +/";
    accepts(keywords, "if x", "iff=x", "if = y", "x = if");
    rejects(keywords, "ifx", " if x", "if");
    accepts(keywords, "if x  ");
    assertThat(Written.accepts(LarkGrammar.parse("%llguidance { \"allow_initial_skip\": true }\n" + keywords, "g"),
        " if x")).isTrue();
  }

  @Test
  void nothingIsBegunThatOnlyALongerLexemeWouldTakeIn() {
    Grammar grammar = grammar("start: \"x\" A \"a\" | \"y\" A \"b\" | (\"z\" | /z[0-9]*/) \"5\" | A\nA: /a+/");
    assertThat(Written.allowed(grammar.start())).isEqualTo("ay");
    assertThat(Written.allowed(Written.after(grammar, "ya"))).isEqualTo("ab");
    assertThat(Written.allowed(grammar("start: /.*/ \"end\"").start())).isEqualTo("e");
    assertThatThrownBy(() -> grammar("start: \"x\" /a+/ \"a\""))
        .hasMessageStartingWith("g.lark: no text is ever complete");
  }

  @Test
  void lazyLexemesEndAtTheirFirstText() {
    String calls = "start: (head \"=f>\" /[0-9]+/ \"</f>\")* rest\nhead[lazy]: TEXT \"<f\"\nrest: TEXT\n"
        + "TEXT: /(.|\\n)*/";
    accepts(calls, "text", "some <f=f>12</f> and <f=f>3</f>", "");
    rejects(calls, "a <f b", "<f=f></f>");
    assertThat(Written.allowed(Written.after(grammar(calls), "ab <f"))).isEqualTo("=");
    accepts("start: a \"c\"\na[suffix=\"b\", capture=\"x\"]: /.*/", "bc", "xxbc");
    rejects("start: a \"c\"\na[suffix=\"b\"]: /.*/", "xbbc", "xc");
    accepts("start: a\na[capture, stop=\"\"]: /[a-c]*/", "abc", "");
  }

  @Test
  void commonTerminals() {
    accepts("%import common.INT\n%import common.WS -> BLANK\n%import common (CNAME, ESCAPED_STRING)\n"
        + "start: INT BLANK CNAME ESCAPED_STRING", "12 \n_a1\"x\\\"y\"");
    accepts("%import common.SIGNED_NUMBER\nstart: SIGNED_NUMBER", "-1.5e+3", "1.", ".5", "+7", "1e5");
    rejects("%import common.SIGNED_NUMBER\nstart: SIGNED_NUMBER", "1e", ".", "--1");
    accepts("%import common.C_COMMENT\nstart: C_COMMENT", "/**/", "/* a * b **/");
    rejects("%import common.C_COMMENT\nstart: C_COMMENT", "/* a */ */", "/*/");
  }

  @Test
  void jsonAndRunsOfPieces() {
    String json = "start: \"call\" %json { \"const\": \"{1}\" } (%json {\"const\":\"a\"} | \"b\")\n%ignore \" \"";
    accepts(json, "call{1}a", "call {1} b", "call{1} a ");
    rejects(json, "call{2}a", "call{ 1}a");
    accepts("start: %regex {\"substring_words\": \"the cat, sat\"} \"!\"", "!", "the cat!", " cat, !", "sat!");
    rejects("start: %regex {\"substring_words\": \"the cat, sat\"} \"!\"", "th!", "the sat!");
    accepts("start: %regex {\"substring_chars\": \"añb\"}", "ñb", "");
    accepts("start: %regex {\"substring_chunks\": [\"ab\", \"c\"]}", "ab", "abc", "c");
    rejects("start: %regex {\"substring_chunks\": [\"ab\", \"c\"]}", "a", "bc");
  }

  @Test
  void strings() {
    accepts("start: \"a\\n\\t\\\\\\\"\\x41\\u00e9\\ud83d\\ude00\\/\"", "a\n\t\\\"Aé😀/");
    accepts("start: \"\" \"straße\"i \"\"", "STRAßE", "straße");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
      "`root: \"a\"`~`g.lark:1:10: expected a rule called start, with which every text begins`",
      "`start: a`~`g.lark:1:8: there is no rule called a`",
      "`start: A`~`g.lark:1:8: there is no terminal called A`",
      "`start: B|B: A`~`g.lark:2:4: there is no terminal called A`",
      "`start: A|A: \"a\" B|B: A`~`g.lark:3:4: the terminal A is part of itself; only rules can be`",
      "`start: A|A: b|b: \"c\"`~`g.lark:2:4: the rule b cannot be part of a terminal; a terminal's parts are in capitals`",
      "`start: \"a|`~`g.lark:1:8: this string has no end on its line`",
      "`start: /a|`~`g.lark:1:8: this pattern has no '/' at its end on its line`",
      "`start: (\"a\"`~`g.lark:1:12: expected '|', another part or ')', found the end of the grammar`",
      "`start: \"a\")`~`g.lark:1:11: expected '|', another part or the end of the line, found ')'`",
      "`start \"a\"`~`g.lark:1:7: expected ':', found '\"'`",
      "`start: \"a\"|start: \"b\"`~`g.lark:2:1: there is a rule called start already`",
      "`start: mixedCase`~`g.lark:1:8: the name mixedCase is neither a rule's, in small letters, nor a terminal's, in capitals`",
      "`start: \"ab\"..\"c\"`~`g.lark:1:8: a range is between two single characters, as \"a\"..\"z\"`",
      "`start: \"c\"..\"a\"`~`g.lark:1:8: this range is the wrong way round`",
      "`start: \"\\q\"`~`g.lark:1:10: expected one of n r t b f / \\ \" ' x u U behind '\\', found 'q'`",
      "`start: \"\\ud800\"`~`g.lark:1:15: half of a surrogate pair is no character`",
      "`start: \"a\"{3,2}`~`g.lark:1:11: at least 3 but at most 2 times is never`",
      "`start: \"a\"**`~`g.lark:1:12: a part is repeated once; put it in parentheses to repeat it again`",
      "`start: \"a\" & \"b\"`~`g.lark:1:8: '&' stands between terminals only: give this rule's name in capitals if it is to be one`",
      "`start: <|end|>`~`g.lark:1:8: special tokens, such as <|end|> or <[123]>, are not supported: a grammar here speaks of text`",
      "`start: @other`~`g.lark:1:8: other grammars, as @name, are not supported`",
      "`start: a{\"x\"}`~`g.lark:1:9: templates, as a{x}, are not supported`",
      "`start: a::1`~`g.lark:1:9: rules with a parameter, as a::_, are not supported`",
      "`start: \"a\" %if true`~`g.lark:1:12: %if is not supported, as rules have no parameter`",
      "`start: %lark { }`~`g.lark:1:8: a grammar within a grammar, %lark, is not supported`",
      "`start: %json {\"not\": 1}`~`g.lark:1:8: /not: not supported`",
      "`start: %json {`~`g.lark:1:14: the JSON behind %json has no end`",
      "`start: %json true`~`g.lark:1:14: expected an object in JSON behind %json, found 't'`",
      "`start: A|A: %json {}`~`g.lark:2:4: /not: not supported`",
      "`start: %regex {\"x\": 1}`~`g.lark:1:8: %regex expects one of substring_chunks (a list of texts), substring_words and substring_chars (a text)`",
      "`%declare A|start: \"a\"`~`g.lark:1:1: %declare is not supported: a terminal that something else reads has no text`",
      "`%override start: \"a\"`~`g.lark:1:1: %override and %extend are not supported: write the rule as it shall be`",
      "`%foo`~`g.lark:1:1: expected a rule, a terminal, %ignore, %import or %llguidance, found '%'`",
      "`%import python.X|start: \"a\"`~`g.lark:1:9: only terminals of the library common can be imported, as %import common.INT`",
      "`%import common.INT -> x|start: \"a\"`~`g.lark:1:23: a terminal's name is in capitals; this is a rule's: x`",
      "`%llguidance {\"ignore_once\": true}|start: \"a\"`~`g.lark:1:13: the option ignore_once of %llguidance is not supported; supported: allow_initial_skip, no_forcing`",
      "`start: a|a[max_tokens=3]: \"a\"`~`g.lark:2:3: max_tokens is not supported: a grammar here speaks of text; a pattern can limit characters, as /.{0,100}/`",
      "`start: a|a[temperature=3]: \"a\"`~`g.lark:2:3: temperature is not supported: it is the request's`",
      "`start: a|a[stop=\"x\"]: \"a\"`~`g.lark:2:3: stop is not supported, as it takes back what was written; use suffix, which keeps it`",
      "`start: a|a[foo]: \"a\"`~`g.lark:2:3: a rule has no attribute foo; supported: capture, lazy, suffix`",
      "`?A: \"a\"`~`g.lark:1:2: '!' and '?' stand before rules, not before a terminal`",
      "`start: /(?=a)/`~`g.lark:1:9: looking ahead or behind, as (?=…), (?!…), (?<=…) and (?<!…) do, is not supported in a lexeme`",
      "`start: /(?<!a)/`~`g.lark:1:9: looking ahead or behind, as (?=…), (?!…), (?<=…) and (?<!…) do, is not supported in a lexeme`",
      "`start: /^a/`~`g.lark:1:9: '^' is not supported: a lexeme is matched as a whole, so leave it out, or write \\^ for the character`",
      "`start: /\\ba/`~`g.lark:1:10: \\b is not supported: it looks around, and a lexeme is matched as a whole`",
      "`start: /(a)\\1/`~`g.lark:1:13: a reference back, \\1, is not supported in a lexeme`",
      "`start: /\\y/`~`g.lark:1:10: \\y has no meaning in a pattern`",
      "`start: /a+?/`~`g.lark:1:11: '?' behind a repetition, which would have it match as little or as much as possible, is not supported: a lexeme is as long as it can be, or as short with [lazy] at its rule`",
      "`start: /*a/`~`g.lark:1:9: nothing stands before '*' that could be repeated; write \\* for the character`",
      "`start: /[a/`~`g.lark:1:9: this '[' of the pattern has no ']'`",
      "`start: /[z-a]/`~`g.lark:1:11: this range of characters is the wrong way round, or ends with a class`",
      "`start: /(a/`~`g.lark:1:11: a '(' of the pattern has no ')'`",
      "`start: /a)/`~`g.lark:1:10: there is no '(' to this ')'`",
      "`start: /a/l`~`g.lark:1:9: the flag l of a pattern is not supported; supported: i, m, s, u, x`",
      "`start: /\\p{Foo}/`~`g.lark:1:11: there is no property of characters called Foo`",
      "`start: /a{2,1}/`~`g.lark:1:11: at least 2 but at most 1 times is never`"})
  void refusalsSayWhereAndWhy(String grammar, String message) {
    String lines = grammar.replaceAll("\\|(?!end|>)(?=[a-zA-Z]|$)", "\n");
    assertThatThrownBy(() -> grammar(lines)).isInstanceOf(QuipuException.class).hasMessage(message);
  }

  @Test
  void theNameSaysTheNotation() {
    SchemaOptions options = SchemaOptions.generating();
    assertThat(Written.accepts(Grammar.read("root ::= \"a\"", "x.gbnf", options), "a")).isTrue();
    Grammar lark = Grammar.read("start: \"x\" %json {\"enum\": [12, {\"a\": true}]} \";\"", "x.lark", options);
    assertThat(Written.accepts(lark, "x12;")).isTrue();
    assertThat(Written.accepts(lark, "x{\"a\": true};")).isTrue();
    assertThat(Written.after(lark, "x13")).isNull();
    assertThatThrownBy(() -> Grammar.read("start: %json {\"type\": 1}", "x", options))
        .hasMessageStartingWith("x:1:8: ");
  }

  @Test
  void whatIsUnknownInTheLibraryIsNamedWithWhatIsKnown() {
    assertThatThrownBy(() -> grammar("%import common.FOO\nstart: FOO"))
        .hasMessageStartingWith("g.lark:1:16: the library common has no terminal FOO; it has CNAME, CPP_COMMENT, CR, ");
  }

  @Test
  void hostileGrammarsAreRefusedSoon() {
    Hostile.soon(() -> assertThatThrownBy(() -> grammar("start: " + "(".repeat(100_000)))
        .hasMessageContaining("nested more than 200 deep"));
    Hostile.soon(() -> assertThatThrownBy(() -> grammar("start: /" + "(".repeat(100_000) + "/"))
        .hasMessageContaining("nested more than 200 deep"));
    Hostile.soon(() -> assertThatThrownBy(() -> grammar("start: " + "~".repeat(100_000) + "A"))
        .hasMessageContaining("nested more than 200 deep"));
    StringBuilder chain = new StringBuilder("start: A50000\nA0: \"a\"\n");
    for (int i = 1; i <= 50_000; i++) {
      chain.append("A" + i + ": A" + (i - 1) + "\n");
    }
    Hostile.soon(() -> assertThatThrownBy(() -> grammar(chain.toString())).hasMessageContaining("more than 200 deep"));
    StringBuilder doubled = new StringBuilder("start: A60\nA0: \"a\" | \"b\"\n");
    for (int i = 1; i <= 60; i++) {
      doubled.append("A" + i + ": A" + (i - 1) + " A" + (i - 1) + "\n");
    }
    Hostile.soon(() -> {
      try {
        Written.after(grammar(doubled.toString()), "abba");
      } catch (QuipuException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    });
    Hostile.soon(() -> {
      try {
        Written.after(grammar("start: /(a|b)*a(a|b){40}/ \"c\""), "abba".repeat(30));
      } catch (QuipuException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    });
  }
}
