package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.quipu.QuipuException;
import dev.quipu.grammar.Grammar;
import dev.quipu.grammar.RandomRules;
import dev.quipu.language.CodePointSet;
import dev.quipu.language.EcmaPattern;
import dev.quipu.language.Language;
import dev.quipu.language.TextPosition;
import dev.quipu.number.Spelling;
import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.KeyOrder;
import dev.quipu.schema.SchemaOptions.Whitespace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Masks of small random patterns, schemas and grammars with random vocabularies: a token is allowed if an accepted text
 * begins so. What accepts a text here shares nothing with what makes the masks: of patterns and schemas all texts are
 * written out, of grammars each is looked at by a slow recogniser. The property {@code quipu.steps} says in how many
 * steps.
 */
class MaskOracleTest {

  private static final int STEPS = Integer.getInteger("quipu.steps", 4_000);
  private static final int LONGEST = 6;
  private static final int LONGEST_IN_BYTES = 14;

  @Test
  void patterns() {
    var random = new Random(11);
    List<String> all = new ArrayList<>(List.of(""));
    for (int i = 0; all.get(i).codePointCount(0, all.get(i).length()) < LONGEST; i++) {
      for (String c : new String[] {"a", "b", "é"}) {
        all.add(all.get(i) + c);
      }
    }
    Language bounded = Language.chars(CodePointSet.anyOf("abé")).repeat(0, LONGEST);
    for (int steps = 0; steps < STEPS; ) {
      String regex = RandomPattern.of(random, 3);
      Pattern pattern = Pattern.compile(regex);
      var accepted = new Prefixes(all.stream().filter(text -> pattern.matcher(text).find()).toList());
      steps += steps(random, regex, Integer.MAX_VALUE, accepted,
          () -> TextPosition.of(EcmaPattern.search(regex).and(bounded)), "a", "b", "é", "ab", "aé", "bb", "c", "€");
    }
  }

  @Test
  void schemas() {
    var random = new Random(12);
    List<Object> values = SmallSchemas.values();
    for (int steps = 0; steps < STEPS / 10; ) {
      Object schema = SmallSchemas.random(random);
      List<String> texts = new ArrayList<>();
      for (Object value : values) {
        if (SmallSchemas.accepts(schema, value)) {
          texts.add(SmallSchemas.text(value));
        }
      }
      var accepted = new Prefixes(texts);
      String text = SmallSchemas.text(schema);
      steps += steps(random, text, Integer.MAX_VALUE, accepted, () -> start(text), "a", "b", "é", "\"", "\":", "{\"",
          "\"}", "]", "[", ",", ",\"", "\",\"", "}", "0", "1", "2", "12", "true", "null", "t", "false", "{", ":", "\"a\":");
    }
  }

  @Test
  void grammars() {
    var random = new Random(13);
    for (int steps = 0; steps < STEPS; ) {
      Map<String, List<List<String>>> rules = RandomRules.of(random);
      String text = RandomRules.gbnf(rules);
      steps += steps(random, text, LONGEST_IN_BYTES, RandomRules.texts(rules),
          () -> Grammar.read(text, "random.gbnf", SchemaOptions.generating()).start(), "a", "b", "é", "ab", "aé", "c");
    }
  }

  private static Position start(String schema) {
    var options = new SchemaOptions(KeyOrder.ANY, Whitespace.COMPACT, Spelling.PLAIN, false, Map.of());
    return JsonSchema.compile(schema, options).start();
  }

  /** Random tokens from the beginning on; how many: none if nothing is accepted, or what is asked for is refused. */
  private static int steps(Random random, String what, int longest, Accepted accepted, Supplier<Position> start,
      String... pieces) {
    Position position;
    try {
      position = !accepted.leadsOn("") ? null : start.get();
    } catch (QuipuException refused) {
      return 0;
    }
    byte[][] tokens = new RandomVocabulary(random, pieces).tokens(20 + random.nextInt(200));
    int end = random.nextInt(tokens.length);
    var masks = new Masks(TokenTrie.of(tokens), end);
    String text = "";
    int steps = 0;
    while (position != null && text.length() < longest) {
      TokenMask mask = masks.mask(position);
      check(what, text, tokens, end, mask, accepted);
      steps++;
      int token = any(random, mask);
      if (token < 0) {
        break;
      }
      position = masks.advance(position, token);
      assertThat(position == null).isEqualTo(token == end);
      text += token == end ? "" : latin(tokens[token]);
    }
    return steps;
  }

  private static void check(String what, String text, byte[][] tokens, int end, TokenMask mask, Accepted accepted) {
    for (int id = 0; id < tokens.length; id++) {
      byte[] token = tokens[id];
      boolean expected = id == end ? accepted.complete(text)
          : token != null && token.length > 0 && accepted.leadsOn(text + latin(token));
      if (mask.allows(id) != expected) {
        fail("%s after %s: token %s is %s", what, text, id == end ? "end" : latin(token),
            expected ? "not allowed" : "allowed");
      }
    }
  }

  private static int any(Random random, TokenMask mask) {
    int token = -1;
    for (int skip = mask.cardinality() == 0 ? -1 : random.nextInt(mask.cardinality()); skip >= 0; skip--) {
      token = mask.next(token + 1);
    }
    return token;
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
