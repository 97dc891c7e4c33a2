package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention, one query of one head after the other, shared out over threads. A query's scores, its softmax and its sum
 * of values run over what it sees in the order of positions: its numbers do not depend on the rows beside it.
 */
final class AttentionTask implements RowPool.Task {

  private static final VectorSpecies<Float> ROW = Lanes.ROW;
  private static final int V = ROW.length();

  /** Multiply-adds below which waking another thread costs more than it gives. */
  private static final long SMALL = 50_000;

  private final RowPool pool;
  private final Scratch[] scratch;
  private final Warmth warmth;
  private Mat out;
  private Mat q;
  private int row;
  private KvCache cache;
  private AttentionShape shape;
  private int position;

  AttentionTask(RowPool pool, Scratch[] scratch, Warmth warmth) {
    this.pool = pool;
    this.scratch = scratch;
    this.warmth = warmth;
  }

  void run(Mat out, Mat q, int row, int rows, KvCache cache, AttentionShape shape, int position) {
    this.out = out;
    this.q = q;
    this.row = row;
    this.cache = cache;
    this.shape = shape;
    this.position = position;
    int queries = rows * shape.heads();
    long seen = shape.endVisible(position + rows - 1, cache.length()) - shape.firstVisible(position);
    if (2 * seen * queries * shape.headDim() < SMALL) {
      run(0, queries, 0);
    } else {
      pool.run(this, queries);
    }
  }

  @Override
  public void run(int from, int to, int worker) {
    int headsPerKv = shape.heads() / shape.kvHeads();
    for (int query = from; query < to; query++) {
      int t = query / shape.heads();
      int head = query % shape.heads();
      int at = (row + t) * q.cols() + head * shape.headDim();
      attend(at, head / headsPerKv, position + t, scratch[worker]);
    }
  }

  private void attend(int at, int kvHead, int p, Scratch scratch) {
    int first = shape.firstVisible(p);
    int end = shape.endVisible(p, cache.length());
    int seen = end - first;
    scratch.scores = grown(scratch.scores, seen + V);
    float[] scores = scratch.scores;
    int headDim = shape.headDim();
    boolean cold = warmth.isCold();
    for (int s = first; s < end; s = blockEnd(s)) {
      int count = Math.min(blockEnd(s), end) - s;
      float[] keys = cache.keys(s / KvCache.BLOCK);
      if (cold) {
        ColdLoops.dots(q.data(), at, keys, slot(kvHead, s), count, headDim, scores, s - first);
      } else {
        dots(q.data(), at, keys, slot(kvHead, s), count, headDim, scores, s - first);
      }
    }
    float total = softmax(scores, seen, cold);
    Arrays.fill(out.data(), at, at + headDim, 0);
    for (int s = first; s < end; s = blockEnd(s)) {
      int count = Math.min(blockEnd(s), end) - s;
      float[] values = cache.values(s / KvCache.BLOCK);
      if (cold) {
        ColdLoops.mix(scores, s - first, values, slot(kvHead, s), count, headDim, out.data(), at);
      } else {
        mix(scores, s - first, values, slot(kvHead, s), count, headDim, out.data(), at);
      }
    }
    for (int i = at; i < at + headDim; i++) {
      out.data()[i] /= total;
    }
  }

  private static int blockEnd(int position) {
    return (position / KvCache.BLOCK + 1) * KvCache.BLOCK;
  }

  /** Where a block keeps the row of this head at this position. */
  private int slot(int kvHead, int position) {
    return (kvHead * KvCache.BLOCK + position % KvCache.BLOCK) * shape.headDim();
  }

  /** scores[to + s] = q · keys[s], for count rows of keys that are neighbours. */
  static void dots(float[] q, int at, float[] keys, int key, int count, int width, float[] scores, int to) {
    int vectors = width / V;
    int s = 0;
    for (; s < count - 3; s += 4) {
      int k = key + s * width;
      FloatVector s0 = FloatVector.zero(ROW);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int i = 0; i < vectors; i++) {
        FloatVector x = FloatVector.fromArray(ROW, q, at + V * i);
        s0 = x.fma(FloatVector.fromArray(ROW, keys, k + V * i), s0);
        s1 = x.fma(FloatVector.fromArray(ROW, keys, k + width + V * i), s1);
        s2 = x.fma(FloatVector.fromArray(ROW, keys, k + 2 * width + V * i), s2);
        s3 = x.fma(FloatVector.fromArray(ROW, keys, k + 3 * width + V * i), s3);
      }
      if (V == 8) s0 = s0.add(s0.rearrange(Lanes.BY_4));
      s0 = s0.add(s0.rearrange(Lanes.BY_2));
      s0 = s0.add(s0.rearrange(Lanes.BY_1));
      if (V == 8) s1 = s1.add(s1.rearrange(Lanes.BY_4));
      s1 = s1.add(s1.rearrange(Lanes.BY_2));
      s1 = s1.add(s1.rearrange(Lanes.BY_1));
      if (V == 8) s2 = s2.add(s2.rearrange(Lanes.BY_4));
      s2 = s2.add(s2.rearrange(Lanes.BY_2));
      s2 = s2.add(s2.rearrange(Lanes.BY_1));
      if (V == 8) s3 = s3.add(s3.rearrange(Lanes.BY_4));
      s3 = s3.add(s3.rearrange(Lanes.BY_2));
      s3 = s3.add(s3.rearrange(Lanes.BY_1));
      scores[to + s] = s0.lane(0);
      scores[to + s + 1] = s1.lane(0);
      scores[to + s + 2] = s2.lane(0);
      scores[to + s + 3] = s3.lane(0);
    }
    for (; s < count; s++) {
      int k = key + s * width;
      FloatVector s0 = FloatVector.zero(ROW);
      for (int i = 0; i < vectors; i++) {
        s0 = FloatVector.fromArray(ROW, q, at + V * i).fma(FloatVector.fromArray(ROW, keys, k + V * i), s0);
      }
      if (V == 8) s0 = s0.add(s0.rearrange(Lanes.BY_4));
      s0 = s0.add(s0.rearrange(Lanes.BY_2));
      s0 = s0.add(s0.rearrange(Lanes.BY_1));
      scores[to + s] = s0.lane(0);
    }
    for (int i = vectors * V; i < width; i++) { // channels past the last whole vector
      for (s = 0; s < count; s++) {
        scores[to + s] = Math.fma(q[at + i], keys[key + s * width + i], scores[to + s]);
      }
    }
  }

  /** scores = exp(scores − max) once they are scaled and capped, and their sum. */
  private float softmax(float[] scores, int count, boolean cold) {
    int padded = Math.ceilDiv(count, V) * V;
    if (shape.softcap() == 0) {
      Pointwise.scale(scores, shape.scale(), count);
    } else if (cold) {
      SoftCap.cappedCold(scores, 0, count, shape.scale(), shape.softcap());
    } else {
      SoftCap.capped(scores, 0, padded, shape.scale(), shape.softcap());
    }
    Arrays.fill(scores, count, padded, Float.NEGATIVE_INFINITY);
    float max = Exponential.max(scores, padded);
    return cold ? ColdLoops.shifted(scores, padded, max) : Exponential.shifted(scores, padded, max);
  }

  /** out[at …] += Σ scores[from + s] · values[s], each channel one chain in the order of s. */
  static void mix(float[] scores, int from, float[] values, int value, int count, int width, float[] out, int at) {
    int c = 0;
    for (; c <= width - 8 * V; c += 8 * V) {
      FloatVector o0 = FloatVector.fromArray(ROW, out, at + c);
      FloatVector o1 = FloatVector.fromArray(ROW, out, at + c + V);
      FloatVector o2 = FloatVector.fromArray(ROW, out, at + c + 2 * V);
      FloatVector o3 = FloatVector.fromArray(ROW, out, at + c + 3 * V);
      FloatVector o4 = FloatVector.fromArray(ROW, out, at + c + 4 * V);
      FloatVector o5 = FloatVector.fromArray(ROW, out, at + c + 5 * V);
      FloatVector o6 = FloatVector.fromArray(ROW, out, at + c + 6 * V);
      FloatVector o7 = FloatVector.fromArray(ROW, out, at + c + 7 * V);
      for (int s = 0; s < count; s++) {
        int v = value + c + s * width;
        FloatVector weight = FloatVector.broadcast(ROW, scores[from + s]);
        o0 = weight.fma(FloatVector.fromArray(ROW, values, v), o0);
        o1 = weight.fma(FloatVector.fromArray(ROW, values, v + V), o1);
        o2 = weight.fma(FloatVector.fromArray(ROW, values, v + 2 * V), o2);
        o3 = weight.fma(FloatVector.fromArray(ROW, values, v + 3 * V), o3);
        o4 = weight.fma(FloatVector.fromArray(ROW, values, v + 4 * V), o4);
        o5 = weight.fma(FloatVector.fromArray(ROW, values, v + 5 * V), o5);
        o6 = weight.fma(FloatVector.fromArray(ROW, values, v + 6 * V), o6);
        o7 = weight.fma(FloatVector.fromArray(ROW, values, v + 7 * V), o7);
      }
      o0.intoArray(out, at + c);
      o1.intoArray(out, at + c + V);
      o2.intoArray(out, at + c + 2 * V);
      o3.intoArray(out, at + c + 3 * V);
      o4.intoArray(out, at + c + 4 * V);
      o5.intoArray(out, at + c + 5 * V);
      o6.intoArray(out, at + c + 6 * V);
      o7.intoArray(out, at + c + 7 * V);
    }
    if (c == width) {
      return;
    }
    for (int s = 0; s < count; s++) {
      for (int i = c; i < width; i++) {
        out[at + i] = Math.fma(scores[from + s], values[value + s * width + i], out[at + i]);
      }
    }
  }
}
