package dev.quipu.vision;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.tensor.Mat;
import java.util.function.Supplier;

/**
 * Pixtral and Mistral 3: a tower that turns its patches by row and column, over a view of any shape, and a projector
 * of two linear layers; Mistral 3 makes one row of each square of patches.
 */
public final class PixtralVisionAddOn implements VisionAddOn {

  private final PixtralSpec spec;
  private final Once<PixtralWeights> weights;
  private final Once<ImageProcessor> processor;
  private final Once<ImageTokens> tokens;
  private final Ops ops;
  private final VisionReference reference;

  /** @param checkpoint which says how images are prepared, and how they stand in a prompt */
  public PixtralVisionAddOn(PixtralSpec spec, Supplier<PixtralWeights> weights, Checkpoint checkpoint,
      Ops ops, VisionReference reference) {
    this.spec = spec;
    this.weights = new Once<>(weights);
    this.processor = new Once<>(() -> ImageProcessor.of(checkpoint));
    this.tokens = new Once<>(() -> PixtralImageTokens.of(checkpoint, spec));
    this.ops = ops;
    this.reference = reference;
  }

  @Override
  public ImageProcessor processor() {
    return processor.get();
  }

  @Override
  public ImageTokens tokens() {
    return tokens.get();
  }

  @Override
  public int rows(Pixels view) {
    return view.height() / spec.step() * (view.width() / spec.step());
  }

  @Override
  public int steps() {
    return VisionPass.steps(spec.layers());
  }

  @Override
  public VisionPass pass(Pixels view, Trace trace) {
    return new PixtralPass(spec, weights.get(), spec.activation(reference), ops, view, trace);
  }

  @Override
  public Mat embedded(Mat features) {
    return features;
  }
}
