package dev.quipu.ops;

class VectorOpsTest extends OpsContract {

  /** Past the plain loops of a first prompt. */
  static VectorOps warm(int threads) {
    Warmth warm = new Warmth();
    warm.end();
    return new VectorOps(threads, warm);
  }

  @Override
  Ops create() {
    return warm(3);
  }
}
