package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenTrieTest {

  @Test
  void ordersTokensByTheirBytesAndThenTheirIds() {
    var random = new Random(3);
    for (int size : new int[] {0, 1, 2, 9, 100, 5_000}) {
      byte[][] tokens = new RandomVocabulary(random, "a", "b", "aa", "é", "😀").tokens(size);
      int[] expected = IntStream.range(0, size).filter(id -> tokens[id] != null && tokens[id].length > 0).boxed()
          .sorted((i, j) -> Arrays.compareUnsigned(tokens[i], tokens[j])).mapToInt(i -> i).toArray();
      assertThat(TokenTrie.of(tokens).order).isEqualTo(expected);
    }
  }

  @Test
  void holdsTheTokensOfASubtreeSideBySide() {
    byte[][] tokens = new RandomVocabulary(new Random(4), "a", "b", "ab", "é").tokens(500);
    TokenTrie trie = TokenTrie.of(tokens);
    byte[] path = new byte[trie.maxDepth];
    for (int node = 0; node < trie.nodes; node++) {
      path[trie.depth[node]] = trie.label[node];
      byte[] prefix = Arrays.copyOf(path, trie.depth[node] + 1);
      int[] below = Arrays.copyOfRange(trie.order, trie.first[node], trie.first[trie.end[node]]);
      int[] own = Arrays.copyOfRange(trie.order, trie.first[node], trie.first[node + 1]);
      assertThat(below).containsExactlyInAnyOrder(ids(tokens, prefix, false));
      assertThat(own).containsExactlyInAnyOrder(ids(tokens, prefix, true));
    }
  }

  private static int[] ids(byte[][] tokens, byte[] prefix, boolean whole) {
    return IntStream.range(0, tokens.length).filter(id -> {
      byte[] token = tokens[id];
      return token != null && token.length >= prefix.length
          && Arrays.equals(whole ? token : Arrays.copyOf(token, prefix.length), prefix);
    }).toArray();
  }
}
