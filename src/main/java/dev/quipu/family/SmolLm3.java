package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.model.DecoderSpec;
import dev.quipu.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * SmolLM 3: a Llama in which some layers turn nothing, so that they find a token by what it says and not by how far
 * away it is (NoPE). {@code no_rope_layers} has 0 for those, in spite of its name; without it, it is every fourth
 * layer.
 *
 * <p>Follows mlx_lm/models/smollm3.py.
 */
final class SmolLm3 {

  private SmolLm3() {}

  static Family of(Config config) {
    Numbers.requireOff(config, "use_sliding_window");
    Family llama = Llama.of(config);
    List<LayerSpec> all = llama.spec().layers();
    boolean[] turns = turns(config, all.size());
    List<LayerSpec> layers = new ArrayList<>();
    for (int l = 0; l < all.size(); l++) {
      layers.add(turns[l] ? all.get(l) : all.get(l).withoutRope());
    }
    return new Family(Llama.spec(config, layers), llama.layout());
  }

  private static boolean[] turns(Config config, int layers) {
    int interval = Numbers.size(config, "no_rope_layer_interval", 4);
    List<Object> listed = config.list("no_rope_layers");
    if (listed != null && listed.size() != layers) {
      throw config.refuse("no_rope_layers", "has " + listed.size() + " entries for " + layers + " layers");
    }
    boolean[] turns = new boolean[layers];
    for (int l = 0; l < layers; l++) {
      turns[l] = listed == null ? (l + 1) % interval != 0 : isOne(config, listed.get(l));
    }
    return turns;
  }

  private static boolean isOne(Config config, Object entry) {
    if (entry instanceof Number n && (n.intValue() == 0 || n.intValue() == 1)) {
      return n.intValue() == 1;
    }
    throw config.refuse("no_rope_layers", "must hold 0 and 1 but has " + entry);
  }
}
