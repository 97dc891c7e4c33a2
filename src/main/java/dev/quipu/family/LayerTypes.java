package dev.quipu.family;

import dev.quipu.config.Config;
import java.util.List;

/** The {@code layer_types} of config.json: which layers see everything, and which only a sliding window. */
final class LayerTypes {

  static final String FULL = "full_attention";
  static final String SLIDING = "sliding_attention";

  private LayerTypes() {}

  /** For each layer whether it slides, or null if the key is absent. */
  static boolean[] sliding(Config config, int layers) {
    List<Object> types = config.list("layer_types");
    if (types == null) {
      return null;
    }
    if (types.size() != layers) {
      throw config.refuse("layer_types", "has " + types.size() + " entries for " + layers + " layers");
    }
    boolean[] sliding = new boolean[layers];
    for (int l = 0; l < layers; l++) {
      sliding[l] = slides(config, types.get(l));
    }
    return sliding;
  }

  private static boolean slides(Config config, Object type) {
    if (FULL.equals(type) || SLIDING.equals(type)) {
      return SLIDING.equals(type);
    }
    throw config.refuse("layer_types", "\"" + type + "\" is not supported; supported: " + FULL + ", " + SLIDING);
  }
}
