package dev.quipu.generate;

import dev.quipu.model.Trace;
import dev.quipu.tensor.Mat;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionPass;

/** One view of an image on its way from pixels to rows for the text model. Belongs to the engine's thread. */
final class ImageView {

  private final int key;
  private final int rowCount;
  private Pixels pixels; // until it is seen
  private VisionPass pass; // meanwhile
  private Mat rows; // after that
  private volatile long size; // of pixels or rows: asked by other threads

  /** @param key by which the view is known in caches: in the place of its tokens, and no token */
  ImageView(int key, Pixels pixels, int rowCount) {
    this.key = key;
    this.pixels = pixels;
    this.rowCount = rowCount;
    this.size = pixels.data().length;
  }

  /** Rows that no tower makes. */
  ImageView(int key, Mat rows) {
    this.key = key;
    this.rowCount = rows.rows();
    this.rows = rows;
  }

  int key() {
    return key;
  }

  int rowCount() {
    return rowCount;
  }

  boolean isSeen() {
    return rows != null;
  }

  /** [n, D], once it is seen. */
  Mat rows() {
    return rows;
  }

  /** A layer of the tower. One that fails is begun anew, if it is asked for again. */
  void look(VisionAddOn addOn) {
    VisionPass now = pass == null ? addOn.pass(pixels, Trace.OFF) : pass;
    pass = null;
    now.step();
    if (now.isDone()) {
      rows = addOn.embedded(now.features());
      pixels = null;
      size = rows.size();
    } else {
      pass = now;
    }
  }

  /** Steps of the tower that are done, until it is seen. */
  int looked() {
    return pass == null ? 0 : pass.done();
  }

  /** Gives up what the tower has done so far. */
  void lookAway() {
    pass = null;
  }

  /** Floats that it holds; those of the tower on its way do not count. */
  long size() {
    return size;
  }
}
