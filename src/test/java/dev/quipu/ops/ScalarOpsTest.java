package dev.quipu.ops;

class ScalarOpsTest extends OpsContract {

  @Override
  Ops create() {
    return new ScalarOps();
  }
}
