package dev.quipu.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.QuipuException;
import dev.quipu.language.Language;
import dev.quipu.mask.Masks;
import dev.quipu.mask.Position;
import dev.quipu.mask.TokenMask;
import dev.quipu.mask.TokenTrie;
import dev.quipu.schema.SchemaOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Lark's lexemes against a lexer that looks at whole texts, and masks of random grammars against single tokens. */
class LongestLexemesTest {

  private static final List<String> PATTERNS = List.of("a", "b", "ab", "aa", "a+", "b+", "ab*", "(ab)+", "a?b",
      "[ab]c?", "a|ba");
  private static final List<String> TEXTS = texts();

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int i = 0; texts.get(i).length() < 5; i++) {
      for (String next : List.of("a", "b", "c")) {
        texts.add(texts.get(i) + next);
      }
    }
    return texts;
  }

  private record Sample(Map<String, List<List<String>>> rules, Map<String, String> terminals) {

    String lark() {
      return rules.entrySet().stream().map(rule -> rule.getKey() + ": " + rule.getValue().stream()
          .map(side -> side.isEmpty() ? "\"\"" : String.join(" ", side)).collect(Collectors.joining(" | ")))
          .collect(Collectors.joining("\n")) + "\n" + terminals.entrySet().stream()
          .map(t -> t.getKey() + ": /" + t.getValue() + "/").collect(Collectors.joining("\n"));
    }
  }

  private static Sample sample(Random random) {
    Map<String, String> terminals = new LinkedHashMap<>();
    int count = 1 + random.nextInt(3);
    for (int t = 0; t < count; t++) {
      terminals.put("T" + t, PATTERNS.get(random.nextInt(PATTERNS.size())));
    }
    Map<String, List<List<String>>> rules = new LinkedHashMap<>();
    int names = 1 + random.nextInt(3);
    for (int r = 0; r < names; r++) {
      List<List<String>> sides = new ArrayList<>();
      for (int s = 1 + random.nextInt(3); s > 0; s--) {
        List<String> side = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          side.add(random.nextInt(3) == 0 ? name(random.nextInt(names)) : "T" + random.nextInt(count));
        }
        sides.add(side);
      }
      rules.put(name(r), sides);
    }
    return new Sample(rules, terminals);
  }

  private static String name(int rule) {
    return rule == 0 ? "start" : "r" + rule;
  }

  @Test
  void lexemesAreThoseOfALexerThatAlwaysTakesTheLongest() {
    int read = 0;
    for (int seed = 0; seed < 150; seed++) {
      Sample sample = sample(new Random(seed));
      Grammar grammar;
      try {
        grammar = LarkGrammar.parse(sample.lark(), "random");
      } catch (QuipuException refused) {
        for (String text : TEXTS) {
          assertThat(accepts(sample, text)).as("%s: %s", sample.lark(), text).isFalse();
        }
        continue;
      }
      read++;
      Set<String> beginnings = new LinkedHashSet<>();
      for (String text : TEXTS) {
        boolean accepted = accepts(sample, text);
        assertThat(Written.accepts(grammar, text)).as("%s: %s", sample.lark(), text).isEqualTo(accepted);
        for (int end = 0; accepted && end <= text.length(); end++) {
          beginnings.add(text.substring(0, end));
        }
      }
      for (String beginning : beginnings) {
        assertThat(Written.after(grammar, beginning)).as("%s: %s", sample.lark(), beginning).isNotNull();
      }
    }
    assertThat(read).isGreaterThan(70);
  }

  /** By the definition: of all terminals that may come here, the lexeme goes on as long as one of them does. */
  private static boolean accepts(Sample sample, String text) {
    Recognizer recognizer = new Recognizer(sample.rules);
    Set<List<String>> before = Set.of(List.of());
    int at = 0;
    while (at < text.length()) {
      Map<String, Language> alive = new LinkedHashMap<>();
      for (String terminal : sample.terminals.keySet()) {
        if (before.stream().anyMatch(b -> recognizer.isPrefix("start", with(b, terminal)))) {
          alive.put(terminal, RegexReader.read(sample.terminals.get(terminal)));
        }
      }
      int start = at;
      for (Map<String, Language> next = alive; at < text.length(); at++) {
        next = after(alive, text.charAt(at));
        if (next.isEmpty()) {
          break;
        }
        alive = next;
      }
      Set<List<String>> now = new LinkedHashSet<>();
      for (var terminal : alive.entrySet()) {
        if (at > start && terminal.getValue().acceptsEmpty()) {
          before.stream().map(b -> with(b, terminal.getKey())).filter(b -> recognizer.isPrefix("start", b))
              .forEach(now::add);
        }
      }
      if (now.isEmpty()) {
        return false;
      }
      before = now;
    }
    return before.stream().anyMatch(b -> recognizer.accepts("start", b));
  }

  private static Map<String, Language> after(Map<String, Language> alive, char c) {
    Map<String, Language> after = new LinkedHashMap<>();
    alive.forEach((terminal, rest) -> {
      Language next = rest.after(c);
      if (!next.isEmpty()) {
        after.put(terminal, next);
      }
    });
    return after;
  }

  private static List<String> with(List<String> before, String terminal) {
    List<String> with = new ArrayList<>(before);
    with.add(terminal);
    return with;
  }

  @Test
  void masksAllowTheTokensThatLeadOn() {
    List<String> tokens = new ArrayList<>(TEXTS.subList(1, 121));
    tokens.add("");
    TokenTrie trie = TokenTrie.of(tokens.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      Sample sample = sample(random);
      Grammar grammar;
      try {
        grammar = LarkGrammar.parse(sample.lark() + "\n%ignore /d/", "random");
      } catch (QuipuException refused) {
        continue;
      }
      Masks masks = new Masks(trie, tokens.size() - 1);
      Position position = grammar.start();
      for (int step = 0; step < 6 && position != null; step++) {
        TokenMask mask = masks.mask(position);
        List<Position> ways = new ArrayList<>();
        for (int token = 0; token < tokens.size() - 1; token++) {
          Position after = Written.after(position, tokens.get(token));
          assertThat(mask.allows(token)).as("%s: %s", sample.lark(), tokens.get(token)).isEqualTo(after != null);
          if (after != null) {
            ways.add(after);
          }
        }
        assertThat(mask.allows(tokens.size() - 1)).isEqualTo(position.complete());
        position = ways.isEmpty() ? null : ways.get(random.nextInt(ways.size()));
      }
    }
  }

  @Test
  void masksAllowTokensThatLeaveJson() {
    List<String> tokens = List.of("1", "12;", "2", ";", "\"a\";", "\"a", "\";", "{\"", "k", "\":", " ", "\": 1}", "};", "}",
        " 3};", ", \"", "[", "]", "1];", "1, 2]", "k\": [\"x\"]};", "");
    TokenTrie trie = TokenTrie.of(tokens.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
    Grammar grammar = Grammar.read("start: (%json {} \";\")+", "values", SchemaOptions.generating());
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      Masks masks = new Masks(trie, tokens.size() - 1);
      Position position = grammar.start();
      for (int step = 0; step < 20 && position != null; step++) {
        TokenMask mask = masks.mask(position);
        List<Position> ways = new ArrayList<>();
        for (int token = 0; token < tokens.size() - 1; token++) {
          Position after = Written.after(position, tokens.get(token));
          assertThat(mask.allows(token)).as(tokens.get(token)).isEqualTo(after != null);
          if (after != null) {
            ways.add(after);
          }
        }
        position = ways.isEmpty() ? null : ways.get(random.nextInt(ways.size()));
      }
    }
  }
}
