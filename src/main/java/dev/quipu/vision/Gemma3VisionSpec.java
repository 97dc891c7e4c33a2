package dev.quipu.vision;

/**
 * The numbers of Gemma 3's add-on.
 *
 * @param rowsAlong       feature rows along a side of the view
 * @param textHiddenSize  D_text
 * @param embedScale      what the text model multiplies all embeddings by: √D_text as a bfloat16
 * @param outerHiddenSize {@code hidden_size} beside the two models' configurations, or what mlx-vlm takes without it
 * @param imageTokenId    of the token whose positions take the rows
 * @param padTokenId      of the token that fills up short prompts where several are computed together
 */
public record Gemma3VisionSpec(
    SiglipSpec tower, int rowsAlong, int textHiddenSize, float embedScale, int outerHiddenSize,
    int imageTokenId, int padTokenId) {

  /** The default of mlx.nn.LayerNorm: mlx-vlm does not pass the configuration's on to the tower's last norm. */
  private static final float MLX_POST_NORM_EPS = 1e-5f;

  float postNormEps(VisionReference reference) {
    return reference == VisionReference.HF ? tower.eps() : MLX_POST_NORM_EPS;
  }

  /** Rows that a view becomes. */
  int rows() {
    return rowsAlong * rowsAlong;
  }

  /** Patches along a side of the square that becomes one row. */
  int kernel() {
    return tower.side() / rowsAlong;
  }

  /**
   * What features are divided by, because the text model scales them with its embeddings. Transformers does not scale
   * them in the first place.
   */
  public float divisor(VisionReference reference) {
    return switch (reference) {
      case MLX -> (float) Math.sqrt(outerHiddenSize);
      case MIXED -> (float) Math.sqrt(textHiddenSize);
      case HF -> embedScale;
    };
  }
}
