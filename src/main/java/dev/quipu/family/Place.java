package dev.quipu.family;

import java.util.Set;
import java.util.function.Predicate;

/**
 * Where the text model's tensors stand in a checkpoint: at its root, or beside towers for images and sound.
 *
 * @param model   prefix of all tensors but the head
 * @param head    path of the head
 * @param wrapped whether towers stand beside
 */
record Place(String model, String head, boolean wrapped) {

  /** A text model alone. */
  static final Place ROOT = new Place("model.", "lm_head", false);

  private static final Set<String> TOWERS = Set.of(
      "vision_tower", "multi_modal_projector", "audio_tower", "embed_audio", "embed_vision", "vision_embedder");

  /** Inside a multimodal checkpoint: mlx-lm's names, those of Transformers since 4.52, or those of a text model. */
  static Place wrapped(Predicate<String> hasTensor) {
    if (hasTensor.test("model.language_model.embed_tokens.weight")) {
      return new Place("model.language_model.", "lm_head", true);
    }
    return hasTensor.test("model.embed_tokens.weight")
        ? new Place("model.", "lm_head", true)
        : new Place("language_model.model.", "language_model.lm_head", true);
  }

  boolean isTower(String tensor) {
    String name = tensor.startsWith("model.") ? tensor.substring("model.".length()) : tensor;
    return wrapped && name.contains(".") && TOWERS.contains(name.substring(0, name.indexOf('.')));
  }
}
