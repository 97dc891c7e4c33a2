package dev.quipu.vision;

import dev.quipu.ops.Ops;

/** Tower and projector as a checkpoint has them: all there and of the right shapes, and not read yet. */
public interface VisionParts {

  /** Ready to compute; reads no weight before the first image. */
  VisionAddOn addOn(Ops ops, VisionReference reference);
}
