package dev.quipu.family;

import dev.quipu.config.Config;
import dev.quipu.model.LayerSpec;
import dev.quipu.tensor.AttentionShape;
import java.util.Collections;
import java.util.List;

/** What every family reads from config.json and checks the same way: sizes in proportion and not absurd, switches. */
final class Numbers {

  static final int LARGEST = 1 << 24;
  private static final int LARGEST_SIDE = 1 << 14;
  private static final String LAYERS = "num_hidden_layers";
  private static final int MOST_LAYERS = 1 << 12;

  private Numbers() {}

  /** A size that must be there. */
  static int size(Config config, String key) {
    return checked(config, key, config.requireInt(key));
  }

  /** A size with a default. */
  static int size(Config config, String key, int absent) {
    return checked(config, key, config.intValue(key, absent));
  }

  private static int checked(Config config, String key, int size) {
    return checked(config, key, size, LARGEST);
  }

  private static int checked(Config config, String key, int size, int largest) {
    if (size < 1 || size > largest) {
      throw config.refuse(key, "must be in [1, " + largest + "] but is " + size);
    }
    return size;
  }

  static int layers(Config config) {
    return checked(config, LAYERS, config.requireInt(LAYERS), MOST_LAYERS);
  }

  /** The number of layers, with a default. */
  static int layers(Config config, int absent) {
    return checked(config, LAYERS, config.intValue(LAYERS, absent), MOST_LAYERS);
  }

  /** A side of a view in pixels, with a default. */
  static int side(Config config, String key, int absent) {
    return checked(config, key, config.intValue(key, absent), LARGEST_SIDE);
  }

  /** The id whose positions take an image's rows, under either of its names, with a default. */
  static int imageToken(Config config, int absent) {
    int id = config.intValue("image_token_index", config.intValue("image_token_id", absent));
    if (id < 0) {
      throw config.refuse("image_token_index", "must not be negative but is " + id);
    }
    return id;
  }

  /** The number of key/value heads, which divides that of the query heads. */
  static int kvHeads(Config config, int heads, int absent) {
    int kvHeads = size(config, "num_key_value_heads", absent);
    if (heads % kvHeads != 0) {
      throw config.refuse("num_key_value_heads", "must divide num_attention_heads (" + heads + ") but is " + kvHeads);
    }
    return kvHeads;
  }

  /** Attention over everything before, scaled by head_dim^−½. */
  static AttentionShape attention(Config config, int heads, int kvHeadsIfAbsent, int headDim) {
    int kvHeads = kvHeads(config, heads, kvHeadsIfAbsent);
    return attention(config, heads, kvHeads, headDim, (float) Math.pow(headDim, -0.5), AttentionShape.ALL);
  }

  /** Attention whose heads together are not absurdly wide. */
  static AttentionShape attention(Config config, int heads, int kvHeads, int headDim, float scale, int window) {
    if ((long) heads * headDim > LARGEST) {
      throw config.refuse("num_attention_heads", "must be at most " + LARGEST / headDim + " for heads of " + headDim
          + " channels but is " + heads);
    }
    return new AttentionShape(heads, kvHeads, headDim, scale, window);
  }

  /** The same layer, num_hidden_layers times. */
  static List<LayerSpec> repeated(Config config, LayerSpec layer) {
    return Collections.nCopies(layers(config), layer);
  }

  /** A number above 0 that must be there. */
  static double positive(Config config, String key) {
    double value = config.requireDouble(key);
    if (!(value > 0)) {
      throw config.refuse(key, "must be above 0 but is " + value);
    }
    return value;
  }

  /** The text model's part of a multimodal config; {@code others} are keys that only images and sound need. */
  static Config textConfig(Config config, List<String> others) {
    others.forEach(config::get);
    Config text = config.object("text_config");
    if (text == null) {
      throw config.refuse("text_config", "is missing");
    }
    return text;
  }

  /** Channels a head, an even number: RoPE turns them in pairs. */
  static int headDim(Config config, int absent) {
    return even(config, "head_dim", config.intValue("head_dim", absent));
  }

  static int even(Config config, String key, int size) {
    if (checked(config, key, size) % 2 != 0) {
      throw config.refuse(key, "must be even but is " + size);
    }
    return size;
  }

  /** Refuses a switch that would change the picture. */
  static void requireOff(Config config, String key) {
    if (config.booleanValue(key, false)) {
      throw config.refuse(key, "is true, which is not supported");
    }
  }

  /** Refuses sliding layers where mlx-lm has none: there they would silently see everything. */
  static void requireFullAttention(Config config) {
    requireOff(config, "use_sliding_window");
    config.get("sliding_window"); // without effect
    boolean[] sliding = LayerTypes.sliding(config, layers(config));
    for (int l = 0; sliding != null && l < sliding.length; l++) {
      if (sliding[l]) {
        throw config.refuse("layer_types", "has sliding layers, which are not supported for this family");
      }
    }
  }

  static void requireThere(Config config, String... keys) {
    for (String key : keys) {
      if (!config.has(key)) {
        throw config.refuse(key, "is missing");
      }
    }
  }

  /** Refuses another function than the family's. */
  static void requireOneOf(Config config, String key, String... supported) {
    String found = config.stringValue(key, supported[0]);
    for (String value : supported) {
      if (value.equals(found)) {
        return;
      }
    }
    throw config.refuse(key, "\"" + found + "\" is not supported; supported: " + String.join(", ", supported));
  }
}
