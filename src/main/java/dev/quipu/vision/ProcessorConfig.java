package dev.quipu.vision;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the processors read from preprocessor_config.json, or from the {@code image_processor} of processor_config.json,
 * in the same way. Keys are sorted as those of config.json are: read, known to be harmless, and all others, which are
 * refused.
 */
record ProcessorConfig(Config config) {

  private static final String PROCESSOR = "processor_config.json";
  private static final String PREPROCESSOR = "preprocessor_config.json";
  private static final int LARGEST = 1 << 14; // a side

  private static final Set<String> HARMLESS = Set.of(
      "processor_class", "feature_extractor_type", "_valid_processor_keys", "auto_map", "return_tensors", "data_format",
      "input_data_format", "device", "disable_grouping", "default_to_square", "do_convert_rgb", "image_seq_length",
      "image_seq_len", "crop_size", "pad_size", "use_fast", "num_channels");

  /** The checkpoint's, where mlx-vlm looks for it: in processor_config.json, then in preprocessor_config.json. */
  static ProcessorConfig find(Checkpoint checkpoint) {
    Config nested = checkpoint.optionalConfig(PROCESSOR).map(config -> config.object("image_processor")).orElse(null);
    if (nested != null) {
      return new ProcessorConfig(nested);
    }
    return new ProcessorConfig(checkpoint.optionalConfig(PREPROCESSOR).orElseThrow(() -> new QuipuException(
        checkpoint.name() + ": there is neither " + PREPROCESSOR + " nor an image_processor in " + PROCESSOR
            + ", which say how images are prepared; download the whole model")));
  }

  /** Refuses another kind of processor; a config need not say its kind. */
  void requireKind(String kind) {
    String found = config.stringValue("image_processor_type", kind);
    if (!List.of(kind, kind + "Fast", kind + "Pil").contains(found)) {
      throw config.refuse("image_processor_type",
          "\"" + found + "\" is not supported with this model; supported: " + kind);
    }
  }

  /** Refuses steps that are not taken here, and keys that nobody has read. */
  void refuseOthers() {
    if (!config.booleanValue("do_resize", true)) {
      throw config.refuse("do_resize", "is false, which is not supported: the tower needs sizes that fit its patches");
    }
    for (String step : List.of("do_center_crop", "do_pad", "do_image_splitting")) {
      if (config.booleanValue(step, false)) {
        throw config.refuse(step, "is true, which is not supported");
      }
    }
    HARMLESS.forEach(config::has); // counts as read
    List<String> others = config.unusedKeys();
    if (!others.isEmpty()) {
      throw new QuipuException(config.name() + ": unknown key \"" + String.join("\", \"", others)
          + "\" may change the result; this engine does not apply it");
    }
  }

  /** A size in pixels at {@code size.key}, or the number that {@code size} is; 0 if there is none. */
  int size(String key) {
    if (config.get("size") instanceof Number) {
      return side(config, "size");
    }
    Config size = config.object("size");
    return size == null || !size.has(key) ? 0 : side(size, key);
  }

  private static int side(Config config, String key) {
    int side = config.requireInt(key);
    if (side < 1 || side > LARGEST) {
      throw config.refuse(key, "must be in [1, " + LARGEST + "] but is " + side);
    }
    return side;
  }

  /** The side of a square patch at this key, a number or {height, width}; 0 if there is none. */
  static int patch(Config config, String key) {
    if (!(config.get(key) instanceof Map)) {
      return config.has(key) ? side(config, key) : 0;
    }
    Config patch = config.object(key);
    int height = side(patch, "height");
    if (side(patch, "width") != height) {
      throw config.refuse(key, "must be square but is " + height + "x" + patch.requireInt("width"));
    }
    return height;
  }

  ResampleFilter filter(ResampleFilter absent) {
    int code = config.intValue("resample", absent.code());
    for (ResampleFilter filter : ResampleFilter.values()) {
      if (filter.code() == code) {
        return filter;
      }
    }
    throw config.refuse("resample", code + " is not supported; supported: 1 (Lanczos), 2 (bilinear), 3 (bicubic)");
  }

  /** What a level is multiplied by; 1 where it is not rescaled. */
  double factor() {
    double factor = config.doubleValue("rescale_factor", 1 / 255.0);
    return config.booleanValue("do_rescale", true) ? factor : 1;
  }

  /** What is subtracted, a channel; zeros where nothing is normalised. */
  float[] mean(float... absent) {
    float[] mean = channels("image_mean", absent);
    return isNormalised() ? mean : new float[RgbImage.CHANNELS];
  }

  /** What is then divided by, a channel; ones where nothing is normalised. */
  float[] deviation(float... absent) {
    float[] deviation = channels("image_std", absent);
    for (float value : deviation) {
      if (value == 0) {
        throw config.refuse("image_std", "must not be 0");
      }
    }
    return isNormalised() ? deviation : new float[] {1, 1, 1};
  }

  private boolean isNormalised() {
    return config.booleanValue("do_normalize", true);
  }

  private float[] channels(String key, float[] absent) {
    List<Object> values = config.list(key);
    if (values == null) {
      return absent;
    }
    float[] channels = new float[RgbImage.CHANNELS];
    for (int c = 0; c < channels.length; c++) {
      if (values.size() != channels.length || !(values.get(c) instanceof Number number)) {
        throw config.refuse(key, "must be three numbers but is " + values);
      }
      channels[c] = number.floatValue();
    }
    return channels;
  }
}
