package dev.quipu.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvCacheTest {

  private static final int HEADS = 2;
  private static final int HEAD_DIM = 3;

  /** Rows whose keys say position, head and channel: 100·position + 10·head + channel; values are their negatives. */
  private static void append(KvCache cache, int rows) {
    Mat k = Mat.zeros(rows, HEADS * HEAD_DIM);
    Mat v = Mat.zeros(rows, HEADS * HEAD_DIM);
    for (int i = 0; i < k.data().length; i++) {
      int position = cache.length() + i / k.cols();
      k.data()[i] = 100 * position + 10 * (i % k.cols() / HEAD_DIM) + i % HEAD_DIM;
      v.data()[i] = -k.data()[i];
    }
    cache.append(k, v, 0, rows);
  }

  private static float key(KvCache cache, int head, int position, int channel) {
    assertThat(cache.value(head, position, channel)).isEqualTo(-cache.key(head, position, channel));
    return cache.key(head, position, channel);
  }

  @Test
  void everyNumberIsWhereItWasPut() {
    KvCache cache = new KvCache.Full(HEADS, HEAD_DIM);
    append(cache, 300);
    append(cache, 1);
    assertThat(cache.length()).isEqualTo(301);
    for (int position : new int[] {0, 1, 15, 16, 255, 256, 300}) {
      for (int head = 0; head < HEADS; head++) {
        assertThat(key(cache, head, position, 2)).isEqualTo(100 * position + 10 * head + 2);
      }
    }
  }

  @Test
  void stripsHoldNeighbouringPositionsOfKeysAndNeighbouringChannelsOfValues() {
    KvCache cache = new KvCache.Full(2, 20);
    Mat k = Mat.zeros(300, 40);
    for (int i = 0; i < k.data().length; i++) {
      k.data()[i] = i;
    }
    cache.append(k, k, 0, 300);
    float[] keys = (float[]) cache.keys(1);
    float[] values = (float[]) cache.values(1);
    int of = 40 * (256 + 21) + 20; // position 277, head 1
    assertThat(keys[cache.keyStrip(1, 16) + 7 * KvCache.STRIP + 5]).isEqualTo(of + 7);
    assertThat(values[cache.valueStrip(1, 16) + 21 * KvCache.STRIP + 3]).isEqualTo(of + 19);
    assertThat(values[cache.valueStrip(1, 16) + 21 * KvCache.STRIP + 4]).isZero(); // past the last channel
  }

  @Test
  void halvesAreRoundedToTheNearestAndTiesToEven() {
    float[] x = {1 + 0x1p-8f, 1 + 0x3p-8f, 1 + 0x1.1p-8f, Float.NaN, Float.POSITIVE_INFINITY, 1 + 0x1p-11f};
    KvCache bfloats = new KvCache.Full(1, 6, DType.BF16);
    KvCache halves = new KvCache.Full(1, 6, DType.F16);
    for (KvCache cache : List.of(bfloats, halves)) {
      cache.append(new Mat(x, 1, 6), new Mat(x, 1, 6), 0, 1);
    }
    float[] expected = {1, 1 + 0x1p-6f, 1 + 0x1p-7f, Float.NaN, Float.POSITIVE_INFINITY, 1};
    for (int c = 0; c < 6; c++) {
      assertThat(bfloats.key(0, 0, c)).isEqualTo(Float.valueOf(expected[c]));
      assertThat(bfloats.value(0, 0, c)).isEqualTo(Float.valueOf(expected[c]));
    }
    assertThat(halves.key(0, 0, 0)).isEqualTo(x[0]);
    assertThat(halves.value(0, 0, 5)).isEqualTo(1); // a tie
  }

  @Test
  void aRowIsReadAsItWasAppended() {
    for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
      KvCache cache = new KvCache.Full(2, 20, dtype);
      Mat k = Mat.zeros(300, 40);
      for (int i = 0; i < k.data().length; i++) {
        k.data()[i] = i % 64;
      }
      cache.append(k, k, 0, 300);
      float[] key = new float[22];
      float[] value = new float[22];
      cache.readKey(1, 277, key, 1);
      cache.readValue(1, 277, value, 1);
      assertThat(key).isEqualTo(value);
      assertThat(key[0]).isZero();
      assertThat(key[1]).isEqualTo((277 * 40 + 20) % 64);
      assertThat(key[20]).isEqualTo((277 * 40 + 39) % 64);
      assertThat(key[21]).isZero();
    }
  }

  @Test
  void aWindowThatBeginsWithinABlockCannotGoBackBeforeIt() {
    KvCache.Sliding cache = new KvCache.Sliding(HEADS, HEAD_DIM, 10, 50);
    cache.skipTo(300);
    append(cache, 30);
    assertThat(cache.length()).isEqualTo(330);
    assertThat(cache.firstPosition()).isEqualTo(300);
    assertThat(key(cache, 1, 300, 2)).isEqualTo(30012);
    assertThat(cache.canTrim(309)).isTrue(); // which sees 300 to 309
    assertThat(cache.canTrim(308)).isFalse();
    append(cache, 300);
    append(cache, 1);
    assertThat(cache.firstPosition()).isEqualTo(512);
  }

  @Test
  void aRotatingCacheThatSkipsPositionsCanGoBackToThoseThatItKeepsAlone() {
    KvCache.Sliding cache = new KvCache.Sliding(HEADS, HEAD_DIM, DType.F32, 10, 4, 50);
    append(cache, 4);
    cache.skipTo(100);
    append(cache, 30);
    assertThat(cache.firstPosition()).isEqualTo(100);
    assertThat(key(cache, 1, 3, 2)).isEqualTo(312);
    for (int length = 0; length <= 130; length++) {
      assertThat(cache.canTrim(length)).as("%d", length).isEqualTo(length <= 4 || length >= 109);
    }
    cache.trim(3);
    append(cache, 200);
    assertThat(cache.firstPosition()).isZero();
    assertThat(cache.canTrim(57)).isTrue();
  }

  @Test
  void aPackedRowIsPutAsItWasRead() {
    for (int bits : new int[] {2, 3, 4, 6, 8}) {
      KvCache.Packed cache = new KvCache.Packed(2, 64, new Packing.Affine(bits, 32));
      KvCache.Packed copy = new KvCache.Packed(2, 64, new Packing.Affine(bits, 32));
      Mat k = Mat.zeros(20, 128);
      for (int i = 0; i < k.data().length; i++) {
        k.data()[i] = (float) Math.sin(i);
      }
      cache.append(k, k, 0, 20);
      PackedRow row = PackedRow.of(64, cache.packing());
      for (int position = 0; position < 20; position++) {
        copy.extend(1);
        for (int head = 0; head < 2; head++) {
          cache.readKey(head, position, row);
          copy.putKey(head, position, row);
          cache.readValue(head, position, row);
          copy.putValue(head, position, row);
        }
      }
      assertThat(copy.length()).isEqualTo(20);
      assertThat(copy.keys(0)).usingRecursiveComparison().isEqualTo(cache.keys(0));
      assertThat(copy.values(0)).usingRecursiveComparison().isEqualTo(cache.values(0));
    }
  }

  @Test
  void aSlidingCacheForgetsWholeBlocksThatNoQuerySees() {
    KvCache cache = new KvCache.Sliding(HEADS, HEAD_DIM, 100, 50);
    append(cache, 256 + 149);
    append(cache, 1); // position 405 sees 306 …; with 50 taken back 256 …, and with it 255 has still to be there
    assertThat(cache.keys(0)).isNotNull();
    append(cache, 1);
    assertThat(cache.keys(0)).isNull();
    assertThat(key(cache, 1, 256, 0)).isEqualTo(25610);
  }

  @Test
  void aForgottenBlockIsUsedAgain() {
    KvCache cache = new KvCache.Sliding(HEADS, HEAD_DIM, 100, 0);
    append(cache, 356);
    Object first = cache.keys(0);
    append(cache, 156);
    append(cache, 1);
    assertThat(cache.keys(2)).isSameAs(first);
    assertThat(key(cache, 0, 512, 1)).isEqualTo(51201);
  }

  @Test
  void rowsCanBeTakenBackAsFarAsTheWindowIsWhole() {
    KvCache cache = new KvCache.Sliding(HEADS, HEAD_DIM, 100, 50);
    append(cache, 599);
    append(cache, 1);
    assertThat(cache.canTrim(550)).isTrue();
    assertThat(cache.canTrim(355)).isTrue(); // sees 256 …
    assertThat(cache.canTrim(354)).isFalse();
    assertThat(cache.canTrim(1)).isFalse();
    assertThat(cache.canTrim(0)).isTrue(); // needs nothing
    assertThatIllegalArgumentException().isThrownBy(() -> cache.trim(354));
    cache.trim(355);
    append(cache, 1);
    assertThat(key(cache, 0, 355, 0)).isEqualTo(35500);
  }

  @Test
  void aChunkLongerThanTheWindowKeepsWhatItsFirstRowSees() {
    KvCache cache = new KvCache.Sliding(HEADS, HEAD_DIM, 100, 50);
    append(cache, 300);
    append(cache, 1000);
    assertThat(key(cache, 0, 201, 0)).isEqualTo(20100); // position 300 sees 201 …
  }

  @Test
  void roomThatWasReservedIsFilledInPlace() {
    KvCache cache = new KvCache.Full(HEADS, HEAD_DIM);
    cache.reserve(600);
    Object last = cache.keys(2);
    append(cache, 600);
    assertThat(cache.keys(2)).isSameAs(last);
  }

  @Test
  void aBlockThatWasSharedStaysAsItWas() {
    KvCache first = new KvCache.Full(HEADS, HEAD_DIM);
    append(first, 300);
    KvCache second = new KvCache.Full(HEADS, HEAD_DIM);
    second.adopt(List.of(first.share(0), first.share(1)), 280);
    second.trim(270);
    Mat zeros = Mat.zeros(20, HEADS * HEAD_DIM);
    second.append(zeros, zeros, 0, 20);
    first.trim(260);
    first.append(zeros, zeros, 0, 5);

    assertThat(key(second, 1, 269, 2)).isEqualTo(26912);
    assertThat(second.key(1, 270, 2)).isZero();
    assertThat(first.key(1, 264, 2)).isZero();
    assertThat(key(second, 1, 264, 2)).isEqualTo(26412);
    assertThat(first.keys(0)).isSameAs(second.keys(0)); // not written to, not copied
  }

  @Test
  void aSlidingCacheTakesOfOthersBlocksWhatItsWindowNeeds() {
    KvCache full = new KvCache.Full(HEADS, HEAD_DIM);
    append(full, 1200);
    KvCache sliding = new KvCache.Sliding(HEADS, HEAD_DIM, 100, 50);
    sliding.adopt(IntStream.range(0, 5).mapToObj(full::share).toList(), 1100);
    assertThat(sliding.length()).isEqualTo(1100);
    assertThat(sliding.keys(2)).isNull();
    assertThat(key(sliding, 0, 1000, 1)).isEqualTo(100001);
    assertThat(sliding.canTrim(950)).isTrue();
    assertThat(sliding.canTrim(850)).isFalse();
    append(sliding, 600); // lets go of blocks that are another's, too
    assertThat(key(full, 0, 1000, 1)).isEqualTo(100001);
  }

  @Test
  void aRotatingCacheNeverForgetsItsFirstPositions() {
    KvCache cache = new KvCache.Sliding(HEADS, HEAD_DIM, DType.F32, 100, 4, 50);
    append(cache, 1200);
    append(cache, 1);
    assertThat(key(cache, 1, 3, 2)).isEqualTo(312);
    assertThat(cache.keys(0)).isNotNull();
    assertThat(cache.keys(1)).isNull();
    assertThat(cache.keys(3)).isNull();
    assertThat(key(cache, 0, 1024, 1)).isEqualTo(102401);
  }

  @Test
  void aRotatingCacheGoesBackAsFarAsItsWindowIsWholeOrIntoWhatItKeeps() {
    KvCache cache = new KvCache.Sliding(HEADS, HEAD_DIM, DType.F32, 100, 4, 50);
    append(cache, 1200);
    append(cache, 1);
    assertThat(cache.canTrim(1150)).isTrue();
    assertThat(cache.canTrim(600)).isFalse();
    assertThat(cache.canTrim(257)).isFalse();
    assertThat(cache.canTrim(256)).isTrue();
    cache.trim(200);
    append(cache, 1100);
    append(cache, 1);
    assertThat(cache.keys(0)).isNotNull();
    assertThat(cache.keys(1)).isNull();
    assertThat(key(cache, 0, 1250, 1)).isEqualTo(125001);
  }

  // packed

  private static final int WIDE = 64;

  private static Mat rows(long seed, int rows) {
    Random random = new Random(seed);
    Mat mat = Mat.zeros(rows, HEADS * WIDE);
    for (int i = 0; i < mat.data().length; i++) {
      mat.data()[i] = (float) random.nextGaussian();
    }
    return mat;
  }

  private static KvCache.Packed packed(int bits, int groupSize) {
    return new KvCache.Packed(HEADS, WIDE, new Packing.Affine(bits, groupSize));
  }

  private static void assertPacked(
      KvCache cache, int position, Mat from, int row, Packing.Affine packing, boolean keys) {
    AffineGroup group = new AffineGroup(packing);
    for (int i = 0; i < from.cols(); i++) {
      if (i % packing.groupSize() == 0) {
        group.quantize(from.data(), row * from.cols() + i);
      }
      float expected = group.scale() * group.code(i % packing.groupSize()) + group.bias();
      int head = i / WIDE;
      float got = keys ? cache.key(head, position, i % WIDE) : cache.value(head, position, i % WIDE);
      assertThat(got).as("%s, position %d, channel %d", packing, position, i).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 6, 8})
  void packedRowsAreThoseOfTheQuantizer(int bits) {
    for (int groupSize : new int[] {32, 64}) {
      KvCache.Packed cache = packed(bits, groupSize);
      Mat k = rows(1, 300);
      Mat v = rows(2, 300);
      cache.append(k, v, 0, 300);
      for (int position : new int[] {0, 1, 15, 16, 17, 31, 100, 255, 256, 299}) {
        assertPacked(cache, position, k, position, cache.packing(), true);
        assertPacked(cache, position, v, position, cache.packing(), false);
      }
    }
  }

  @Test
  void packedRowsThatWereTakenBackLeaveNoBitBehind() {
    KvCache.Packed cache = packed(3, 32);
    cache.append(rows(1, 300), rows(2, 300), 0, 300);
    cache.trim(10);
    Mat k = rows(3, 60);
    Mat v = rows(4, 60);
    cache.append(k, v, 0, 60);
    for (int row = 0; row < 60; row++) {
      assertPacked(cache, 10 + row, k, row, cache.packing(), true);
      assertPacked(cache, 10 + row, v, row, cache.packing(), false);
    }
  }

  @Test
  void aPackedBlockThatWasSharedStaysAsItWas() {
    KvCache.Packed first = packed(4, 64);
    Mat k = rows(1, 300);
    first.append(k, k, 0, 300);
    KvCache.Packed second = packed(4, 64);
    second.adopt(List.of(first.share(0), first.share(1)), 280);
    second.trim(270);
    second.append(rows(5, 20), rows(5, 20), 0, 20);
    assertThat(first.share(1).packed()).isTrue();
    assertPacked(first, 275, k, 275, first.packing(), true);
    assertPacked(first, 275, k, 275, first.packing(), false);
    assertPacked(second, 275, rows(5, 20), 5, first.packing(), true);
    assertThat(first.keys(0)).isSameAs(second.keys(0));
  }

  @Test
  void aPackedCacheTakesWhatOneOfFloatsHolds() {
    KvCache floats = new KvCache.Full(HEADS, WIDE);
    Mat k = rows(1, 300);
    floats.append(k, rows(2, 300), 0, 300);
    KvCache.Packed cache = packed(8, 32);
    cache.take(floats);
    assertThat(cache.length()).isEqualTo(300);
    assertPacked(cache, 299, k, 299, cache.packing(), true);
  }

  @Test
  void packedBlocksAreSmall() {
    long floats = new KvCache.Full(HEADS, WIDE).blockBytes();
    assertThat(floats).isEqualTo(2L * HEADS * WIDE * KvCache.BLOCK * 4);
    assertThat(packed(8, 64).blockBytes()).isEqualTo(floats / 4 + floats / 32);
    assertThat(packed(3, 32).blockBytes()).isEqualTo(floats * 3 / 32 + floats / 16);
  }
}
