package dev.quipu.vision;

/**
 * Whose word counts where mlx-vlm computes something else than the model's own definition (MODEL.md has the table).
 */
public enum VisionReference {
  /** mlx-vlm's, to the letter. */
  MLX,
  /** Hugging Face Transformers', which is the model's own. */
  HF,
  /** mlx-vlm's, but with one BOS, and image rows divided by the text model's own √hidden. */
  MIXED
}
