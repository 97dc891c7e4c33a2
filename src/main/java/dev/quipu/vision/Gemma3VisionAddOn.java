package dev.quipu.vision;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.tensor.Mat;
import java.util.function.Supplier;

/** Gemma 3: a SigLIP tower over a square view, whose patches are averaged in squares, normed and projected. */
public final class Gemma3VisionAddOn implements VisionAddOn {

  private final Gemma3VisionSpec spec;
  private final Once<Gemma3VisionWeights> weights;
  private final Once<ImageProcessor> processor;
  private final Once<ImageTokens> tokens;
  private final Ops ops;
  private final VisionReference reference;

  /** @param checkpoint which says how images are prepared, and how they stand in a prompt */
  public Gemma3VisionAddOn(Gemma3VisionSpec spec, Supplier<Gemma3VisionWeights> weights, Checkpoint checkpoint,
      Ops ops, VisionReference reference) {
    this.spec = spec;
    this.weights = new Once<>(weights);
    this.processor = new Once<>(() -> ImageProcessor.of(checkpoint));
    this.tokens = new Once<>(() -> Gemma3ImageTokens.of(checkpoint, spec));
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
    return spec.rows();
  }

  @Override
  public int steps() {
    return VisionPass.steps(spec.tower().layers());
  }

  @Override
  public VisionPass pass(Pixels view, Trace trace) {
    return new Gemma3Pass(spec, weights.get(), spec.postNormEps(reference), ops, view, trace);
  }

  @Override
  public Mat embedded(Mat features) {
    float divisor = spec.divisor(reference);
    for (int i = 0; i < features.size(); i++) {
      features.data()[i] /= divisor;
    }
    return features;
  }

  /** mlx-vlm computes a mask for it, and never passes it on. */
  @Override
  public boolean rowsSeeEachOther() {
    return reference == VisionReference.HF;
  }

  /** mlx-vlm blanks padding out, and pads with a token that a prompt may have, too. */
  @Override
  public int zeroTokenId() {
    return reference == VisionReference.MLX ? spec.padTokenId() : -1;
  }
}
