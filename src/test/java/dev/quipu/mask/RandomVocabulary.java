package dev.quipu.mask;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Vocabularies as they must be expected: holes, empty tokens, several tokens of the same bytes, parts of characters. */
final class RandomVocabulary {

  private final Random random;
  private final String[] pieces;

  /** @param pieces the texts that tokens are made of */
  RandomVocabulary(Random random, String... pieces) {
    this.random = random;
    this.pieces = pieces;
  }

  byte[][] tokens(int size) {
    byte[][] tokens = new byte[size][];
    for (int id = 0; id < size; id++) {
      tokens[id] = switch (random.nextInt(20)) {
        case 0 -> null;
        case 1 -> new byte[0];
        case 2 -> id == 0 ? new byte[0] : tokens[random.nextInt(id)];
        case 3, 4 -> part();
        default -> text();
      };
    }
    return tokens;
  }

  private byte[] text() {
    var text = new StringBuilder();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Begins or ends within a character, maybe. */
  private byte[] part() {
    byte[] text = text();
    int from = random.nextInt(text.length);
    return Arrays.copyOfRange(text, from, from + 1 + random.nextInt(text.length - from));
  }
}
