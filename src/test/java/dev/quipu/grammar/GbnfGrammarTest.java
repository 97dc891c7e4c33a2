package dev.quipu.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GbnfGrammarTest {

  private static Grammar grammar(String text) {
    return GbnfGrammar.parse(text, "g.gbnf");
  }

  private static void accepts(String grammar, String... texts) {
    for (String text : texts) {
      assertThat(Written.accepts(grammar(grammar), text)).as(text).isTrue();
    }
  }

  private static void rejects(String grammar, String... texts) {
    for (String text : texts) {
      assertThat(Written.accepts(grammar(grammar), text)).as(text).isFalse();
    }
  }

  @Test
  void literalsClassesAndAnyCharacter() {
    accepts("root ::= \"ab\" [c-e] [^f] . \"\"", "abcgé", "abe\n\n", "abd😀😀");
    rejects("root ::= \"ab\" [c-e] [^f] .", "abfgé", "abcfé", "abcg", "abcggg");
    accepts("root ::= [a-] [-b] [+#]", "--#", "ab+");
  }

  @Test
  void escapes() {
    accepts("root ::= \"\\x41\\u00e9\\U0001F600\\t\\r\\n\\\\\\\"\\[\\]\" [\\]\\\\\\x42]", "Aé😀\t\r\n\\\"[]]",
        "Aé😀\t\r\n\\\"[]B");
    accepts("root ::= [ぁ-ゟ]+", "ひらがな");
    rejects("root ::= [ぁ-ゟ]+", "カ");
  }

  @Test
  void repetitions() {
    accepts("root ::= \"ab\"* [c]+ [d]? [e]{2} [f]{1,} [g]{0,3}", "ceef", "ababcccdeefffggg");
    rejects("root ::= \"ab\"* [c]+ [d]? [e]{2} [f]{1,} [g]{0,3}", "aceef", "ceeef", "cee", "ceefgggg", "cddeef");
    for (int n = 0; n <= 40; n++) {
      Grammar grammar = grammar("root ::= [x]{7,23} \";\"");
      assertThat(Written.accepts(grammar, "x".repeat(n) + ";")).isEqualTo(n >= 7 && n <= 23);
    }
    accepts("root ::= ([a] [b]?){ 2 , 3 }", "abab", "aaa", "abaab");
    accepts("root ::= [a]{0} \"b\"", "b");
    accepts("root ::= [a]**", "", "aaaa");
    accepts("root ::= ([a]?){1000000}", "", "a".repeat(100));
  }

  @Test
  void commentsAndEndsOfLines() {
    accepts("# all\r\n\nroot ::= ( # an opening\n  \"a\"\n  | b\n) |\n  \"c\" # more\n\nb ::= \"b\"", "a", "b", "c");
    accepts("root ::=\n  \"a\"\r\n", "a");
    accepts("root ::= UPPER-case_1\nUPPER-case_1 ::= \"x\" | \"\"", "x", "");
  }

  @Test
  void leftRecursion() {
    accepts("root ::= root \"+\" [0-9] | [0-9]", "1", "1+2+3");
    rejects("root ::= root \"+\" [0-9] | [0-9]", "1+", "");
  }

  @Test
  void nothingBeginsThatHasNoEnd() {
    Grammar grammar = grammar("root ::= \"a\" lost | \"b\" | \"c\" [x] [\\x80] \"d\" lost \nlost ::= \"a\" lost");
    assertThat(Written.allowed(grammar.start())).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
      "`root ::= \"a`~`g.gbnf:1:12: expected '\"', found the end of the grammar`",
      "`root ::= [a`~`g.gbnf:1:12: expected ']', found the end of the grammar`",
      "`root ::= (\"a\"`~`g.gbnf:1:14: expected a symbol, '|' or ')', found the end of the grammar`",
      "`root ::= \"a\")`~`g.gbnf:1:13: expected a symbol, '|' or the end of the line, found ')'`",
      "`root = \"a\"`~`g.gbnf:1:6: expected '::=', found '='`",
      "`::= \"a\"`~`g.gbnf:1:1: expected a rule's name, found ':'`",
      "`root ::= a b`~`g.gbnf:1:10: there is no rule called a`",
      "`x ::= \"a\"`~`g.gbnf:1:10: expected a rule called root, with which every text begins`",
      "`root ::= * \"a\"`~`g.gbnf:1:10: expected a symbol before '*'`",
      "`root ::= [b-a]`~`g.gbnf:1:11: the range b-a is the wrong way round`",
      "`root ::= \"\\q\"`~`g.gbnf:1:12: expected one of x u U t r n \\ \" [ ] behind '\\', found 'q'`",
      "`root ::= \"\\x4g\"`~`g.gbnf:1:14: expected 2 hexadecimal digits, found 'g'`",
      "`root ::= \"\\ud800\"`~`g.gbnf:1:13: d800 is no character of Unicode's that UTF-8 can say`",
      "`root ::= \"a\"{3,2}`~`g.gbnf:1:14: at least 3 but at most 2 times is never`",
      "`root ::= \"a\"{,2}`~`g.gbnf:1:14: expected a number, found ','`",
      "`root ::= \"a\"{9999999}`~`g.gbnf:1:14: at most 1000000 is possible here`",
      "`root ::= \"a\"{1`~`g.gbnf:1:15: expected '}', found the end of the grammar`",
      "`root ::= <think>`~`g.gbnf:1:10: tokens by name or number, such as <think> or <[1000]>, are not supported: a grammar here speaks of text`",
      "`root ::= root`~`g.gbnf: no text is ever complete by this grammar: every way through its rules needs itself, or a lexeme takes in what must follow it (a lexeme is as long as it can be)`"})
  void refusalsSayWhereAndWhy(String grammar, String message) {
    assertThatThrownBy(() -> grammar(grammar)).hasMessage(message);
  }

  @Test
  void refusalsCountLinesAndCodePoints() {
    assertThatThrownBy(() -> grammar("root ::= \"a\"\n\"😀\" ::= \"b\"")).hasMessage(
        "g.gbnf:2:1: expected a rule's name, found '\"'");
    assertThatThrownBy(() -> grammar("root ::= \"😀\" =")).hasMessage(
        "g.gbnf:1:14: expected a symbol, '|' or the end of the line, found '='");
    assertThatThrownBy(() -> grammar("root ::= \"a\"\nroot ::= \"b\"")).hasMessage(
        "g.gbnf:2:1: there is a rule called root already");
  }

  @Test
  void hostileGrammarsAreReadOrRefusedSoon() {
    Hostile.soon(() -> assertThatThrownBy(() -> grammar("root ::= " + "(".repeat(100_000)))
        .hasMessageContaining("nested more than 200 deep"));
    Hostile.soon(() -> assertThatThrownBy(() -> grammar("root ::= \"a\"" + "{2}".repeat(100_000)))
        .hasMessageContaining("more than 200 times"));
    Hostile.soon(() -> assertThatThrownBy(() -> grammar("root ::= " + "[a] ".repeat(600_000)))
        .hasMessageContaining("more than 500000 rules"));
  }

  @Test
  void manyRulesAreNoHindrance() {
    StringBuilder doubled = new StringBuilder("root ::= r60\nr0 ::= \"a\"\n");
    for (int i = 1; i <= 60; i++) {
      doubled.append("r" + i + " ::= r" + (i - 1) + " r" + (i - 1) + "\n");
    }
    Hostile.soon(() -> assertThat(Written.after(grammar(doubled.toString()), "a".repeat(100))).isNotNull());
    StringBuilder chain = new StringBuilder("root ::= r29999\nr0 ::= \"a\"\n");
    for (int i = 1; i < 30_000; i++) {
      chain.append("r" + i + " ::= \"b\" r" + (i - 1) + " | \"c\" r" + (i / 2) + " | r" + i + "\n");
    }
    Hostile.soon(() -> assertThat(Written.accepts(grammar(chain.toString()), "c".repeat(14) + "ba")).isTrue());
    StringBuilder units = new StringBuilder("root ::= r29999\nr0 ::= \"a\"\n");
    for (int i = 1; i < 30_000; i++) {
      units.append("r" + i + " ::= r" + (i - 1) + " | r" + (i / 2) + " \"b\"\n");
    }
    Hostile.soon(() -> assertThatThrownBy(() -> Written.accepts(grammar(units.toString()), "ab"))
        .hasMessageContaining("too many ways to read the text so far"));
  }
}
