package dev.quipu.family;

import dev.quipu.config.Config;

/** Sizes in config.json that every family checks the same way: positive, in proportion, and not absurd. */
final class Numbers {

  private static final int LARGEST = 1 << 24;

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
    if (size < 1 || size > LARGEST) {
      throw config.refuse(key, "must be in [1, " + LARGEST + "] but is " + size);
    }
    return size;
  }

  /** The number of key/value heads, which divides that of the query heads. */
  static int kvHeads(Config config, int heads, int absent) {
    int kvHeads = size(config, "num_key_value_heads", absent);
    if (heads % kvHeads != 0) {
      throw config.refuse("num_key_value_heads", "must divide num_attention_heads (" + heads + ") but is " + kvHeads);
    }
    return kvHeads;
  }

  /** Channels a head, an even number: RoPE turns them in pairs. */
  static int headDim(Config config, int absent) {
    int headDim = size(config, "head_dim", absent);
    if (headDim % 2 != 0) {
      throw config.refuse("head_dim", "must be even but is " + headDim);
    }
    return headDim;
  }

  /** Refuses a switch that would change the picture. */
  static void requireOff(Config config, String key) {
    if (config.booleanValue(key, false)) {
      throw config.refuse(key, "is true, which is not supported");
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
