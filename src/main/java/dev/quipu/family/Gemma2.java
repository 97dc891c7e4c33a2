package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.family.Layout.Head;
import dev.quipu.family.Layout.Trait;
import dev.quipu.model.LayerSpec;
import dev.quipu.ops.Activation;
import dev.quipu.tensor.AttentionShape;
import java.util.List;

/**
 * Gemma 2. It differs from {@link Gemma} in this:
 *
 * <ul>
 *   <li>norms also after attention and after the MLP, on what is added to the stream
 *   <li>attention is scaled by query_pre_attn_scalar^−½, and the gate is GELU (tanh)
 *   <li>soft caps, c · tanh(x / c), on attention's scores and on the logits
 *   <li>every layer sees everything, as mlx-lm does: {@code sliding_window} and {@code layer_types} are ignored
 * </ul>
 *
 * <p>Follows mlx_lm/models/gemma2.py.
 */
final class Gemma2 {

  private Gemma2() {}

  static Family of(Config config) {
    Numbers.requireOneOf(config, "hidden_activation", "gelu_pytorch_tanh");
    Numbers.requireOneOf(config, "hidden_act", "gelu_pytorch_tanh", "gelu");
    for (String window : List.of("sliding_window", "sliding_window_size", "layer_types")) {
      config.get(window);
    }
    LayerSpec plain = Gemma.layer(config, Activation.GELU_TANH);
    AttentionShape a = plain.attention();
    float scale = (float) (1 / Math.sqrt(config.doubleValue("query_pre_attn_scalar", 144)));
    LayerSpec layer = new LayerSpec(
        new AttentionShape(a.heads(), a.kvHeads(), a.headDim(), scale, AttentionShape.ALL)
            .withSoftcap(cap(config, "attn_logit_softcapping", 50)),
        plain.rope(),
        plain.intermediateSize(),
        plain.activation());
    return new Family(
        Gemma.spec(config, Numbers.repeated(config, layer))
            .withLogitSoftcap(cap(config, "final_logit_softcapping", 30)),
        Layout.of(Place.ROOT, Head.TIED, Trait.NORMS_LESS_ONE, Trait.SANDWICH_NORMS));
  }

  private static float cap(Config config, String key, double absent) {
    double cap = config.doubleValue(key, absent);
    if (!(cap > 0)) {
      throw config.refuse(key, "must be above 0 but is " + cap);
    }
    return (float) cap;
  }
}
