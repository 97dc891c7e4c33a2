package dev.quipu.grammar;

import dev.quipu.mask.Accepted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Rules at random: recursive at all sides, ambiguous, with empty texts, useless symbols and circles. */
public final class RandomRules {

  public static final List<String> CHARACTERS = List.of("a", "b", "é");

  private RandomRules() {}

  public static Map<String, List<List<String>>> of(Random random) {
    Map<String, List<List<String>>> rules = new LinkedHashMap<>();
    int count = 1 + random.nextInt(4);
    for (int r = 0; r < count; r++) {
      List<List<String>> sides = new ArrayList<>();
      for (int s = 1 + random.nextInt(3); s > 0; s--) {
        List<String> side = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          side.add(random.nextBoolean() ? name(random.nextInt(count))
              : CHARACTERS.get(random.nextInt(CHARACTERS.size())));
        }
        sides.add(side);
      }
      rules.put(name(r), sides);
    }
    return rules;
  }

  private static String name(int rule) {
    return rule == 0 ? "root" : "r" + rule;
  }

  public static String gbnf(Map<String, List<List<String>>> rules) {
    return rules.entrySet().stream().map(rule -> rule.getKey() + " ::= " + rule.getValue().stream()
        .map(side -> side.stream().map(s -> rules.containsKey(s) ? s : '"' + s + '"')
            .collect(Collectors.joining(" ", "\"\" ", "")))
        .collect(Collectors.joining(" | "))).collect(Collectors.joining("\n"));
  }

  /** The texts that rules derive, as {@link Recognizer} says. */
  public static Accepted texts(Map<String, List<List<String>>> rules) {
    Map<String, List<List<String>>> ofBytes = new HashMap<>();
    rules.forEach((name, sides) -> ofBytes.put(name, sides.stream().map(side -> bytes(side, rules)).toList()));
    Recognizer recognizer = new Recognizer(ofBytes);
    Map<String, Boolean> known = new HashMap<>();
    return new Accepted() {
      @Override
      public boolean complete(String bytes) {
        return recognizer.accepts("root", characters(bytes));
      }

      @Override
      public boolean leadsOn(String bytes) {
        Boolean leads = known.get(bytes);
        if (leads == null) {
          leads = (bytes.isEmpty() || leadsOn(bytes.substring(0, bytes.length() - 1)))
              && recognizer.isPrefix("root", characters(bytes));
          known.put(bytes, leads);
        }
        return leads;
      }
    };
  }

  private static List<String> bytes(List<String> side, Map<String, List<List<String>>> rules) {
    List<String> bytes = new ArrayList<>();
    for (String symbol : side) {
      if (rules.containsKey(symbol)) {
        bytes.add(symbol);
      } else {
        bytes.addAll(characters(new String(symbol.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
      }
    }
    return bytes;
  }

  private static List<String> characters(String bytes) {
    return bytes.chars().mapToObj(Character::toString).toList();
  }
}
