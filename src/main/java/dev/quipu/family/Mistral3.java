package dev.quipu.family;

import dev.quipu.config.Config;
import java.util.List;

/**
 * The text model out of a multimodal Mistral: Mistral Small 3.1 on, Ministral 3 ({@code mistral3}) and Pixtral. It is a
 * Llama or a {@link Ministral3}, with a head of its own unless {@code mistral3} says otherwise. Their eyes are {@link
 * PixtralVision}.
 *
 * <p>Follows mlx_lm/models/mistral3.py and pixtral.py.
 */
final class Mistral3 {

  private static final int PIXTRAL_HEADS = 32;

  private Mistral3() {}

  static Family of(Config config, String type, Place place) {
    Config text = Numbers.textConfig(config, List.of("vision_config", "image_token_index", "image_token_id",
        "multimodal_projector_bias", "projector_hidden_act", "spatial_merge_size", "vision_feature_layer",
        "vision_feature_select_strategy", "image_seq_length", "tie_word_embeddings"));
    boolean pixtral = type.equals("pixtral");
    String textType = text.stringValue("model_type", "mistral");
    boolean tied = text.booleanValue("tie_word_embeddings", false) && !pixtral;
    return switch (textType) {
      case "llama", "mistral" -> Llama.of(text, place, tied, pixtral
          ? Numbers.size(text, "num_attention_heads", PIXTRAL_HEADS)
          : Numbers.size(text, "num_attention_heads"));
      case "ministral3" -> Ministral3.of(text, place, false);
      default -> throw text.refuse("model_type", "\"" + textType + "\" is not supported in " + type
          + "; supported: llama, mistral, ministral3");
    };
  }
}
