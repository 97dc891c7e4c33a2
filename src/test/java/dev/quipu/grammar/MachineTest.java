package dev.quipu.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.QuipuException;
import dev.quipu.mask.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void randomGrammarsAllowWhatLeadsToATextAndNothingElse() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Map<String, List<List<String>>> rules = RandomRules.of(random);
      Recognizer recognizer = new Recognizer(rules);
      if (recognizer.isPrefix("root", List.of())) {
        Grammar grammar = GbnfGrammar.parse(RandomRules.gbnf(rules), "random");
        for (int i = 0; i < 4; i++) {
          walk(grammar.start(), recognizer, RandomRules.gbnf(rules), random);
        }
      } else {
        refuses(RandomRules.gbnf(rules));
      }
    }
  }

  private static void walk(Position start, Recognizer recognizer, String rules, Random random) {
    List<String> text = new ArrayList<>();
    Position position = start;
    while (text.size() < 9) {
      assertThat(position.complete()).as("%s: %s", rules, text).isEqualTo(recognizer.accepts("root", text));
      List<Position> ways = new ArrayList<>();
      List<String> characters = new ArrayList<>();
      for (String character : RandomRules.CHARACTERS) {
        text.add(character);
        Position after = Written.after(position, character);
        assertThat(after != null).as("%s: %s", rules, text).isEqualTo(recognizer.isPrefix("root", text));
        text.removeLast();
        if (after != null) {
          ways.add(after);
          characters.add(character);
        }
      }
      if (ways.isEmpty()) {
        return;
      }
      int way = random.nextInt(ways.size());
      position = ways.get(way);
      text.add(characters.get(way));
    }
  }

  private static void refuses(String rules) {
    try {
      GbnfGrammar.parse(rules, "random");
    } catch (QuipuException refused) {
      assertThat(refused).hasMessageContaining("no text is ever complete");
      return;
    }
    throw new AssertionError("accepted: " + rules);
  }

  @Test
  void aListIsReadInTheSameFewSetsHoweverLongItIs() {
    for (String rules : List.of("root ::= [a-z] root | \";\"", "root ::= list \";\"\nlist ::= list [a-z] | \"\"",
        "root ::= [a-z]* \";\"", "root ::= [a-z] ([a-z] root | root)? | \";\"")) {
      Grammar grammar = GbnfGrammar.parse(rules, "list");
      Position after = Written.after(grammar, "abcdef");
      assertThat(Written.after(after, "xy".repeat(50))).as(rules).isEqualTo(after);
      assertThat(Written.accepts(grammar, "abc".repeat(100_000) + ";")).isTrue();
    }
  }

  @Test
  void deepNestingIsReadWithoutRecursion() {
    Grammar grammar = GbnfGrammar.parse("root ::= \"(\" root \")\" | \"x\"", "nested");
    assertThat(Written.accepts(grammar, "(".repeat(20_000) + "x" + ")".repeat(20_000))).isTrue();
    assertThat(Written.after(grammar, "(".repeat(20_000) + "x" + ")".repeat(20_001))).isNull();
    Grammar list = GbnfGrammar.parse("root ::= \"a\" root | \"b\" root | \"a\" root \"c\" | \"d\"", "list");
    assertThat(Written.accepts(list, "ab".repeat(200) + "d" + "c".repeat(200))).isTrue();
    assertThat(Written.accepts(list, "ab".repeat(200) + "d" + "c".repeat(201))).isFalse();
  }

  @Test
  void whatWasRememberedMayBeForgottenInTheMiddleOfAText() {
    Grammar grammar = GbnfGrammar.parse("root ::= \"(\" root \")\" root | \"[\" root \"]\" | \"\"", "brackets");
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    StringBuilder open = new StringBuilder();
    while (text.length() < 60_000) {
      char bracket = random.nextBoolean() ? '(' : '[';
      text.append(bracket);
      open.append(bracket == '(' ? ')' : ']');
    }
    assertThat(Written.accepts(grammar, text + open.reverse().toString())).isTrue();
    assertThat(Written.accepts(grammar, text + open.substring(1))).isFalse();
  }

  @Test
  void tooManyWaysToReadATextAreRefused() {
    Grammar grammar = GbnfGrammar.parse("root ::= root root | \"a\"", "ambiguous");
    assertThat(Written.accepts(grammar, "a".repeat(100))).isTrue();
    try {
      Written.after(grammar, "a".repeat(5_000));
    } catch (QuipuException refused) {
      assertThat(refused).hasMessageMatching("ambiguous: there are too many ways to read the text so far \\(\\d+\\); "
          + "make the grammar less ambiguous");
      return;
    }
    throw new AssertionError("not refused");
  }
}
