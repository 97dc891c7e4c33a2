package dev.quipu.ops;

class VectorOpsTest extends OpsContract {

  @Override
  Ops create() {
    return new VectorOps(3);
  }
}
