package dev.quipu.vision;

import dev.quipu.tensor.Mat;

/** One view on its way through tower and projector, in steps of about the same length: other work may come between. */
public abstract class VisionPass {

  private final int steps;
  private int done;

  VisionPass(int layers) {
    this.steps = steps(layers);
  }

  /** Patches, layers, projector. */
  static int steps(int layers) {
    return layers + 2;
  }

  /** How many steps are done. */
  public final int done() {
    return done;
  }

  /** Whether the features are there. */
  public final boolean isDone() {
    return done == steps;
  }

  /** The next step: patches, a layer of the tower, or at last the projector. */
  public final void step() {
    if (done == 0) {
      embed();
    } else if (done < steps - 1) {
      layer(done - 1);
    } else {
      project();
    }
    done++;
  }

  /** What the projector makes of the view, [n, D_text], after the steps that are left. */
  public final Mat features() {
    while (!isDone()) {
      step();
    }
    return projected();
  }

  /** h = the patches' embeddings. */
  abstract void embed();

  /** h through layer l. */
  abstract void layer(int l);

  /** The features of h. */
  abstract void project();

  abstract Mat projected();
}
