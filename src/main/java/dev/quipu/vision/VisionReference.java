package dev.quipu.vision;

/**
 * Whose word counts where mlx-vlm computes something else than the model's own definition (MODEL.md has the table).
 */
public enum VisionReference {
  /** mlx-vlm's, to the letter. */
  MLX,
  /** Hugging Face Transformers', which is the model's own. */
  HF,
  /** mlx-vlm's, but for what it gets wrong: image rows are divided by the text model's own √hidden, and there is one BOS. */
  MIXED
}
