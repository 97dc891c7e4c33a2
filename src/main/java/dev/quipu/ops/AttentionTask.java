package dev.quipu.ops;

import static dev.quipu.ops.Scratch.grown;

import dev.quipu.tensor.AttentionShape;
import dev.quipu.tensor.KvCache;
import dev.quipu.tensor.Mat;
import java.util.Arrays;

/**
 * One call of attention, shared out over threads: tiles of queries that read one key/value head, each over all blocks
 * that it sees; where there are too few of them, as there are for one new token, the blocks of a tile are shared out,
 * too, and joined afterwards. Either way the numbers are the same: {@link QueryTile}.
 */
final class AttentionTask {

  /** Multiply-adds below which waking another thread costs more than it gives. */
  private static final long SMALL = 50_000;

  /** What tiles of queries are shared out in at the least. */
  private static final int SHARES_A_THREAD = 8;

  private final RowPool pool;
  private final Warmth warmth;
  private final QueryTile[] tiles; // one a thread
  private final WideQueries[] wide; // one a thread
  private final float[][] parts; // of each thread: that of one block, that of the blocks so far
  private final RowPool.Task wholeTask = this::whole;
  private final RowPool.Task wideTask = this::wide;
  private final RowPool.Task blockTask = this::block;
  private final RowPool.Task joinTask = this::join;
  private float[] blockParts = new float[0]; // [Hkv, blocks, part]
  private Mat out;
  private Mat q;
  private int row;
  private KvCache cache;
  private AttentionShape shape;
  private int position;
  private int queries; // of one key/value head
  private int blocks; // that any query sees

  AttentionTask(RowPool pool, Warmth warmth) {
    this.pool = pool;
    this.warmth = warmth;
    this.tiles = new QueryTile[pool.threads()];
    this.parts = new float[pool.threads()][0];
    this.wide = new WideQueries[WideQueries.FIT ? pool.threads() : 0];
    Arrays.setAll(tiles, _ -> new QueryTile(warmth));
    Arrays.setAll(wide, _ -> new WideQueries(warmth));
  }

  void run(Mat out, Mat q, int row, int rows, KvCache cache, AttentionShape shape, int position) {
    this.out = out;
    this.q = q;
    this.row = row;
    this.cache = cache;
    this.shape = shape;
    this.position = position;
    queries = rows * shape.heads() / shape.kvHeads();
    int first = shape.windowBegin(position);
    int kept = Math.min(shape.keep(), first);
    int end = shape.endVisible(position + rows - 1, cache.length());
    int firstBlock = first / KvCache.BLOCK;
    blocks = Math.min(Math.ceilDiv(kept, KvCache.BLOCK), firstBlock) + Math.ceilDiv(end, KvCache.BLOCK) - firstBlock;
    long work = 2L * (kept + end - first) * rows * shape.heads() * shape.headDim();
    warmth.begins(work);
    if (queries <= QueryTile.MAX && blocks > 1) {
      blockParts = grown(blockParts, shape.kvHeads() * blocks * partSize(queries));
      share(blockTask, shape.kvHeads() * blocks, work);
      share(joinTask, shape.kvHeads(), work / shape.headDim());
    } else if (isWide()) {
      share(wideTask, shape.kvHeads() * Math.ceilDiv(queries, wideQueries()), work);
    } else {
      share(wholeTask, shape.kvHeads() * tilesOfHead(), work);
    }
  }

  private void share(RowPool.Task task, int items, long work) {
    if (work < SMALL) {
      task.run(0, items, 0);
    } else {
      pool.run(task, items);
    }
  }

  private int tilesOfHead() {
    return Math.ceilDiv(queries, QueryTile.MAX);
  }

  /** Whether queries are done side by side in vectors: many, by vectors that fit, the largest score staying it. */
  private boolean isWide() {
    return WideQueries.FIT && queries > QueryTile.MAX && shape.scale() > 0 && !warmth.isCold();
  }

  /** Queries of a head that are done together then: the more, the less is read, but each thread has its share. */
  private int wideQueries() {
    int tiles = Math.ceilDiv(queries, WideQueryTile.QUERIES);
    int shares = SHARES_A_THREAD * pool.threads();
    return Math.clamp(tiles * shape.kvHeads() / shares, 1, WideQueries.TILES) * WideQueryTile.QUERIES;
  }

  /** Queries of all heads, some at a time, each over all blocks. */
  private void wide(int from, int to, int worker) {
    int most = wideQueries();
    int items = Math.ceilDiv(queries, most);
    for (int item = from; item < to; item++) {
      int first = item % items * most;
      int count = Math.min(most, queries - first);
      wide[worker].attend(out, q, row, cache, shape, item / items, first, count, position);
    }
  }

  private int partSize(int queries) {
    return QueryTile.partRows(queries) * QueryTile.partWidth(cache);
  }

  /** Tiles [from, to) of all heads, each over all blocks. */
  private void whole(int from, int to, int worker) {
    int size = partSize(QueryTile.MAX);
    parts[worker] = grown(parts[worker], 2 * size);
    for (int item = from; item < to; item++) {
      int first = item % tilesOfHead() * QueryTile.MAX;
      QueryTile tile = load(item / tilesOfHead(), first, Math.min(QueryTile.MAX, queries - first), worker);
      tile.attend(tile.span().block(0), parts[worker], 0);
      for (int i = 1; i < tile.span().blocks(); i++) {
        tile.attend(tile.span().block(i), parts[worker], size);
        tile.join(parts[worker], 0, parts[worker], size);
      }
      tile.store(parts[worker], 0, out, row);
    }
  }

  /** Blocks [from, to) of all heads, for the only tile of each. */
  private void block(int from, int to, int worker) {
    for (int item = from; item < to; item++) {
      QueryTile tile = load(item / blocks, 0, queries, worker);
      tile.attend(tile.span().block(item % blocks), blockParts, item * partSize(queries));
    }
  }

  private void join(int from, int to, int worker) {
    int size = partSize(queries);
    for (int kvHead = from; kvHead < to; kvHead++) {
      QueryTile tile = load(kvHead, 0, queries, worker);
      int part = kvHead * blocks * size;
      for (int block = 1; block < blocks; block++) {
        tile.join(blockParts, part, blockParts, part + block * size);
      }
      tile.store(blockParts, part, out, row);
    }
  }

  private QueryTile load(int kvHead, int first, int count, int worker) {
    tiles[worker].load(q, row, cache, shape, kvHead, first, count, position);
    return tiles[worker];
  }
}
