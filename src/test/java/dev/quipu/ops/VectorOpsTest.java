package dev.quipu.ops;

class VectorOpsTest extends OpsContract {

  @Override
  Ops create() {
    Warmth warm = new Warmth();
    warm.end();
    return new VectorOps(3, warm);
  }
}
