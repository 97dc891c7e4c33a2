package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MasksTest {

  private static final int STEPS = Integer.getInteger("quipu.steps", 3_000);

  /** An automaton over bytes as a table; each state but 0 leads on somewhere. */
  private record State(int[][] table, boolean[] accepting, int state) implements Position {

    static State random(Random random, byte[] alphabet) {
      int states = 2 + random.nextInt(6);
      int[][] table = new int[states][256];
      for (int s = 1; s < states; s++) {
        for (byte b : alphabet) {
          table[s][b & 255] = random.nextInt(3) == 0 ? 0 : random.nextInt(states);
        }
      }
      boolean[] accepting = new boolean[states];
      for (int s = 1; s < states; s++) {
        accepting[s] = random.nextBoolean();
      }
      return new State(table, accepting, 1);
    }

    @Override
    public Position next(int b) {
      int next = table[state][b];
      return next == 0 ? null : new State(table, accepting, next);
    }

    @Override
    public boolean complete() {
      return accepting[state];
    }
  }

  private static final String[] PIECES =
      {"a", "b", "ab", "bc", "B", "Q", "1", "7", " ", "_", "é", "ü", "€", "\u2028", "\u3000", "\u0085", "😀", "\"", "\"{", "\\", "\n"};

  @Test
  void areWhatBruteForceFindsForRandomAutomata() {
    var random = new Random(7);
    byte[] alphabet = String.join("", PIECES).getBytes(StandardCharsets.UTF_8);
    for (int steps = 0; steps < STEPS; ) {
      steps += steps(random, State.random(random, alphabet), 500, PIECES);
    }
  }

  @Test
  void areWhatBruteForceFindsForRandomLexemes() {
    var random = new Random(8);
    for (int steps = 0; steps < STEPS; ) {
      steps += steps(random, new RandomMachine(random).start(), 500, PIECES);
    }
  }

  /** Automata that are no expressions, and others of many states. (A short regex takes a second for each state.) */
  @Test
  void areWhatBruteForceFindsInFormats() {
    var random = new Random(17);
    String[] pieces = {"a", "Z", "é", "ह", "😀", "[", "^", "-", "]", "\\\\", "\\\\d", "\\u00e9", "(", "(?<", ">", ")",
        "{", "1", ",", "}", "|", "*", "?", "xn--", "xn--e1a", ".", "@", ":", "\""};
    for (String format : List.of("regex", "hostname", "idn-hostname", "email", "idn-email", "uri")) {
      for (int max : format.equals("regex") ? new int[] {5000} : new int[] {12, 5000}) {
        Position start = JsonSchema.compile("{\"type\":\"string\",\"format\":\"" + format + "\",\"maxLength\":" + max
            + "}", SchemaOptions.checking()).start();
        for (int steps = 0; steps < STEPS / 30; ) {
          steps += steps(random, start.next('"'), 60, pieces);
        }
      }
    }
  }

  /** So many tokens that a state inside of one is asked what is free from there on; some longer than others ever are. */
  @Test
  void areWhatBruteForceFindsInManyTokens() {
    var random = new Random(19);
    String[] pieces = {"a", "b", "Z", "é", "0", ".", "-", "@", " ", "/", ":", "\"", "\\n", "aaaaaaaaaaaaaaaaaaaa", "----------"};
    for (String schema : List.of("'format':'email'", "'format':'hostname'", "'format':'uri','maxLength':30",
        "'pattern':'^(a*[.-])*[a-z]{3}$'", "'pattern':'^([^ ]+ ){0,9}[^ ]*$','maxLength':50", "'maxLength':41")) {
      Position start = JsonSchema.compile("{'type':'string',".replace('\'', '"') + schema.replace('\'', '"') + "}",
          SchemaOptions.checking()).start();
      for (int steps = 0; steps < STEPS / 100; ) {
        steps += steps(random, start.next('"'), 6000, pieces);
        steps += steps(random, start.next('"'), 600, "a", "b", "c", "d", "a".repeat(9), "a".repeat(20), "b".repeat(20),
            "ab".repeat(8), "ba".repeat(4), "cd".repeat(4), "abcd", "dcba", "aabb", "bbaa", ".@");
      }
    }
  }

  /** Random tokens from a position on, with a random vocabulary; how many. */
  private static int steps(Random random, Position start, int most, String... pieces) {
    byte[][] tokens = new RandomVocabulary(random, pieces).tokens(1 + random.nextInt(most));
    int end = random.nextInt(tokens.length);
    var masks = new Masks(TokenTrie.of(tokens), end);
    Position position = start;
    int steps = 0;
    for (; steps < 10 && position != null; steps++) {
      TokenMask mask = masks.mask(position);
      for (int id = 0; id < tokens.length; id++) {
        boolean expected = id == end ? position.complete() : BruteForce.allows(position, tokens[id]);
        if (mask.allows(id) != expected) {
          fail("token %d: %s, but the mask says %s", id, expected, !expected);
        }
      }
      position = follow(random, masks, mask, position, end);
    }
    return steps;
  }

  /** After a random token that is allowed; null if it ends the text. */
  private static Position follow(Random random, Masks masks, TokenMask mask, Position position, int end) {
    if (mask.cardinality() == 0) {
      return null;
    }
    int token = -1;
    for (int skip = random.nextInt(mask.cardinality()); skip >= 0; skip--) {
      token = mask.next(token + 1);
    }
    Position after = masks.advance(position, token);
    assertThat(after == null).isEqualTo(token == end);
    return after;
  }
}
