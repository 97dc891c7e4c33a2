package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.ops.Regime;
import dev.quipu.ops.ScalarOps;
import dev.quipu.support.TinyModel;
import dev.quipu.tensor.KvSettings;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PromptCacheTest {

  private static final Decoder DECODER = new Decoder(
      TinyModel.spec(TinyModel.Kind.GEMMA), TinyModel.weights(TinyModel.Kind.GEMMA), new ScalarOps());

  private static PromptCache cache(int blocks) {
    return new PromptCache(DECODER::newCache, blocks * DECODER.newCache().blockBytes());
  }

  private static int[] text(int seed, int count) {
    return new Random(seed).ints(count, 0, TinyModel.VOCAB).toArray();
  }

  /** Reads a text, as a prompt up to {@code prompt} and then as if it were generated; returns what was cached. */
  private static int read(PromptCache cache, int[] text, int prompt) {
    return read(cache.lease(text, text.length), text, prompt);
  }

  private static int read(PromptCache.Lease lease, int[] text, int prompt) {
    Segment segment = new Segment(lease.cache());
    for (int from = lease.cached(); from < text.length; ) {
      boolean generated = from >= prompt;
      int count = generated ? 1 : Math.min(prompt - from, 100);
      segment.next(text, from, count, Logits.NONE);
      DECODER.forward(new Batch(generated ? Regime.GENERATE : Regime.PROMPT, segment));
      lease.generated().set(from, from + count, generated);
      from += count;
      lease.grow(text);
    }
    lease.close(text);
    return lease.cached();
  }

  /** What is there, without a wish for more. */
  private static int cached(PromptCache cache, int[] text) {
    PromptCache.Lease lease = cache.lease(text, 0);
    lease.abandon();
    return lease.cached();
  }

  @Test
  void aTextIsTakenUpAtAnyToken() {
    PromptCache cache = cache(100);
    int[] text = text(1, 900); // the sliding layers of a sequence have let go of its first block
    read(cache, text, 900);
    for (int length : new int[] {1, 2, 11, 255, 256, 257, 258, 511, 512, 513, 768, 769, 899, 900}) {
      assertThat(cached(cache, Arrays.copyOf(text, length))).isEqualTo(length - 1);
    }
    int[] longer = Arrays.copyOf(text, 1000);
    assertThat(cached(cache, longer)).isEqualTo(900);
    for (int at : new int[] {0, 3, 255, 256, 700}) {
      int[] edited = text.clone();
      edited[at] ^= 1;
      assertThat(cached(cache, edited)).isEqualTo(at);
    }
  }

  @Test
  void textsThatBeginAlikeShareWhatTheyHaveInCommon() {
    PromptCache cache = cache(7);
    int[] beginning = text(1, 512);
    for (int seed = 2; seed < 7; seed++) { // two blocks in common, and one more each
      int[] whole = Arrays.copyOf(beginning, 700);
      System.arraycopy(text(seed, 188), 0, whole, 512, 188);
      assertThat(read(cache, whole, 700)).isEqualTo(seed == 2 ? 0 : 512);
    }
    int[] first = Arrays.copyOf(beginning, 700);
    System.arraycopy(text(2, 188), 0, first, 512, 188);
    assertThat(cached(cache, first)).isEqualTo(699); // all five are there: 2 + 5 blocks
  }

  @Test
  void theEndThatWasNotUsedForTheLongestTimeGoesFirst() {
    PromptCache cache = cache(6);
    int[] a = text(1, 600);
    int[] b = text(2, 600);
    read(cache, a, 600);
    read(cache, b, 600);
    assertThat(cached(cache, a)).isEqualTo(599);
    read(cache, text(3, 300), 300); // two blocks, from the end of b
    assertThat(cached(cache, a)).isEqualTo(599);
    assertThat(cached(cache, b)).isEqualTo(256);
  }

  @Test
  void whatIsInUseStays() {
    PromptCache cache = cache(4);
    int[] a = text(1, 600);
    read(cache, a, 600);
    PromptCache.Lease lease = cache.lease(Arrays.copyOf(a, 601), 768);
    assertThat(lease.cached()).isEqualTo(600);
    assertThat(read(cache, text(2, 300), 300)).isZero();
    assertThat(cached(cache, Arrays.copyOf(a, 512))).isEqualTo(511);
    lease.abandon();
  }

  @Test
  void generatedTokensHaveNumbersOfTheirOwnAndLieApart() {
    PromptCache cache = cache(100);
    int[] text = text(1, 300);
    read(cache, text, 100);
    PromptCache.Lease lease = cache.lease(text, 300);
    assertThat(lease.generated().nextSetBit(0)).isEqualTo(100);
    assertThat(lease.generated().cardinality()).isEqualTo(199);
    lease.abandon();
    PromptCache other = cache(100);
    read(other, text, 300);
    read(other, Arrays.copyOf(text, 310), 305);
    assertThat(cached(other, Arrays.copyOf(text, 310))).isEqualTo(309);
  }

  /** What fails after it has given its cache back must not give it back again: what is not in use can go. */
  @Test
  void aCacheIsGivenBackOnce() {
    PromptCache cache = cache(2);
    int[] text = text(1, 300);
    PromptCache.Lease lease = cache.lease(text, 300);
    read(lease, text, 300);
    lease.close(text(2, 300));
    assertThat(cached(cache, text)).isEqualTo(299);
    read(cache, text(3, 300), 300);
    assertThat(cached(cache, text(3, 300))).isEqualTo(299);
  }

  /** As many floats as there can be, then packed numbers: they lie in two trees. */
  @Test
  void aTextIsTakenUpWhereItsNumbersBeginToBePacked() {
    KvSettings settings = KvSettings.packed(8, 32, 400);
    PromptCache cache = new PromptCache(
        () -> DECODER.newCache(settings), 100 * DECODER.newCache(settings).blockBytes());
    int[] text = text(1, 900);
    read(cache, Arrays.copyOf(text, 400), 400);
    assertThat(read(cache, Arrays.copyOf(text, 450), 450)).isEqualTo(400);
    assertThat(read(cache, Arrays.copyOf(text, 600), 600)).isEqualTo(450);
    assertThat(cached(cache, Arrays.copyOf(text, 600))).isEqualTo(599);
    assertThat(cached(cache, Arrays.copyOf(text, 390))).isEqualTo(389);
    assertThat(read(cache, text, 900)).isEqualTo(600);
    assertThat(cached(cache, text)).isEqualTo(899);
  }

  /** One is still answering when the other asks for the same words. */
  @Test
  void whatFollowsGeneratedTokensDoesNotFollowThoseOfAPrompt() {
    PromptCache cache = cache(100);
    int[] text = text(1, 600);
    PromptCache.Lease answering = cache.lease(text, 600);
    read(cache, Arrays.copyOf(text, 550), 550);
    read(answering, text, 100);
    PromptCache.Lease lease = cache.lease(text, 0);
    assertThat(lease.cached()).isEqualTo(599);
    assertThat(lease.generated().cardinality()).isEqualTo(499);
    lease.abandon();
  }

  @Test
  void thereIsRoomForOneAtLeastAndForNoMoreThanFit() {
    PromptCache cache = cache(4);
    assertThat(cache.capacity()).isEqualTo(1024);
    assertThat(cache.hasRoom(1024)).isTrue();
    PromptCache.Lease lease = cache.lease(text(1, 10), 600);
    assertThat(cache.hasRoom(256)).isTrue();
    assertThat(cache.hasRoom(257)).isFalse();
    lease.abandon();
    assertThat(cache.hasRoom(1024)).isTrue();
  }
}
