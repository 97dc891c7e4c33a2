package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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

  @Test
  void areWhatBruteForceFindsForRandomAutomata() {
    var random = new Random(7);
    String[] pieces = {"a", "b", "ab", "é", "€", "😀", "\"", "\\", "\n"};
    byte[] alphabet = "abé€😀\"\\\n".getBytes(StandardCharsets.UTF_8);
    for (int steps = 0; steps < STEPS; ) {
      byte[][] tokens = new RandomVocabulary(random, pieces).tokens(1 + random.nextInt(200));
      int end = random.nextInt(tokens.length);
      var masks = new Masks(TokenTrie.of(tokens), end);
      Position position = State.random(random, alphabet);
      for (int n = 0; n < 10 && position != null; n++, steps++) {
        TokenMask mask = masks.mask(position);
        for (int id = 0; id < tokens.length; id++) {
          assertThat(mask.allows(id)).as("token %d", id)
              .isEqualTo(id == end ? position.complete() : BruteForce.allows(position, tokens[id]));
        }
        int token = random.nextInt(tokens.length);
        Position after = masks.advance(position, token);
        assertThat(after != null).isEqualTo(token != end && mask.allows(token));
        position = after;
      }
    }
  }
}
