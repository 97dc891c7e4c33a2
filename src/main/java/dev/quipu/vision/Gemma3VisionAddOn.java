package dev.quipu.vision;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.tensor.Mat;
import java.util.function.Supplier;

/** Gemma 3: a SigLIP tower over a square view, whose patches are averaged in squares, normed and projected. */
public final class Gemma3VisionAddOn implements VisionAddOn {

  private final Gemma3VisionSpec spec;
  private final Supplier<Gemma3VisionWeights> reader;
  private final Ops ops;
  private final Checkpoint checkpoint;
  private final ImageTokens tokens;
  private final VisionReference reference;
  private final float postNormEps;
  private final float divisor;
  private Gemma3VisionWeights weights; // once the first view has come
  private ImageProcessor processor;

  /**
   * @param reader     of the weights
   * @param checkpoint which says how images are prepared
   */
  public Gemma3VisionAddOn(Gemma3VisionSpec spec, Supplier<Gemma3VisionWeights> reader, Checkpoint checkpoint,
      Ops ops, VisionReference reference) {
    this.spec = spec;
    this.reader = reader;
    this.ops = ops;
    this.checkpoint = checkpoint;
    this.tokens = Gemma3ImageTokens.of(checkpoint, spec);
    this.reference = reference;
    this.postNormEps = reference == VisionReference.HF ? spec.tower().eps() : Gemma3VisionSpec.MLX_POST_NORM_EPS;
    this.divisor = spec.divisor(reference);
  }

  @Override
  public ImageProcessor processor() {
    if (processor == null) {
      processor = ImageProcessor.of(checkpoint);
    }
    return processor;
  }

  @Override
  public ImageTokens tokens() {
    return tokens;
  }

  @Override
  public int rows(Pixels view) {
    return spec.rows();
  }

  @Override
  public VisionPass pass(Pixels view, Trace trace) {
    if (weights == null) {
      weights = reader.get();
    }
    return new Gemma3Pass(spec, weights, postNormEps, ops, view, trace);
  }

  /** mlx-vlm blanks padding out, and pads with a token that a prompt may have, too. */
  @Override
  public int zeroTokenId() {
    return reference == VisionReference.MLX ? spec.padTokenId() : -1;
  }

  @Override
  public Mat embedded(Mat features) {
    for (int i = 0; i < features.size(); i++) {
      features.data()[i] /= divisor;
    }
    return features;
  }
}
