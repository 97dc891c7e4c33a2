package dev.quipu.family;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.model.RopeScaling;
import java.util.List;

/**
 * RoPE in config.json, in both forms: {@code rope_theta} beside {@code rope_scaling}, and the {@code rope_parameters}
 * of Transformers 5. Refuses a type that is not known.
 */
final class RopeConfig {

  private static final String SUPPORTED = "default, linear, dynamic, llama3, yarn, longrope, su, proportional, mrope";

  private final Config config;
  private final Config section; // rope_scaling or rope_parameters, or null

  private RopeConfig(Config config, Config section) {
    this.config = config;
    this.section = section;
  }

  /** The config's one rope. */
  static RopeConfig of(Config config) {
    Config parameters = config.object("rope_parameters");
    return new RopeConfig(config, parameters != null ? parameters : config.object("rope_scaling"));
  }

  /** The rope of one layer type, where {@code rope_parameters} has an entry for each; null if it has not. */
  static RopeConfig of(Config config, String layerType) {
    Config parameters = config.object("rope_parameters");
    Config section = parameters == null ? null : parameters.object(layerType);
    return section == null ? null : new RopeConfig(config, section);
  }

  double theta(double absent) {
    double theta = config.doubleValue("rope_theta", absent);
    theta = section == null ? theta : section.doubleValue("rope_theta", theta);
    if (!(theta > 0)) {
      throw config.refuse("rope_theta", "must be above 0 but is " + theta);
    }
    return theta;
  }

  double requireTheta() {
    if (!config.has("rope_theta") && (section == null || !section.has("rope_theta"))) {
      throw config.refuse("rope_theta", "is missing");
    }
    return theta(0);
  }

  /** Refuses a share of channels with a type that turns them all: mlx-lm ignores it there. */
  void requireWhole() {
    double factor = section.doubleValue("partial_rotary_factor", 1);
    if (factor != 1 && !type().equals("proportional")) {
      throw section.refuse("partial_rotary_factor", "is " + factor + ", which type \"" + type() + "\" does not have");
    }
  }

  /** The leading channels of a head that turn. */
  int partial(int headDim) {
    double factor = config.doubleValue("partial_rotary_factor", 1);
    if (section != null) {
      factor = section.doubleValue("partial_rotary_factor", factor);
    }
    int dims = (int) (headDim * factor);
    if (dims < 2 || dims > headDim || dims % 2 != 0) {
      throw config.refuse("partial_rotary_factor", "must leave an even number of the " + headDim
          + " channels of a head to turn, but " + factor + " leaves " + dims);
    }
    return dims;
  }

  /** A refusal of the section's type. */
  QuipuException refuse(String message) {
    return section.refuse(section.has("type") ? "type" : "rope_type", "\"" + type() + "\" " + message);
  }

  /** @param dims channels of a head that turn */
  RopeScaling scaling(int dims) {
    return scaling(dims, 0);
  }

  /** @param originalPositions context before longrope's stretching, if nothing says it; 0 for no default */
  RopeScaling scaling(int dims, int originalPositions) {
    if (section == null) {
      return new RopeScaling.None();
    }
    section.get("original_max_position_embeddings"); // transformers writes it whatever the type
    return scaling(type(), dims, originalPositions);
  }

  // mlx-lm reads "type" before "rope_type"
  private String type() {
    String ropeType = section.stringValue("rope_type", "default");
    return section.stringValue("type", ropeType);
  }

  private RopeScaling scaling(String type, int dims, int originalPositions) {
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "mrope" -> mrope();
      case "linear" -> new RopeScaling.Linear(factor());
      case "dynamic" -> new RopeScaling.Dynamic(factor(), config.requireInt("max_position_embeddings"));
      case "llama3" -> llama3();
      case "yarn", "deepseek_yarn", "telechat3-yarn" -> yarn();
      case "longrope", "su" -> longRope(dims, originalPositions);
      case "proportional" -> new RopeScaling.Proportional(
          section.doubleValue("partial_rotary_factor", 1), section.doubleValue("factor", 1));
      default -> throw refuse("is not supported; supported: " + SUPPORTED);
    };
  }

  private double factor() {
    double factor = section.requireDouble("factor");
    if (!(factor > 0)) {
      throw section.refuse("factor", "must be above 0 but is " + factor);
    }
    return factor;
  }

  // three sections for images; for text they are plain rope
  private RopeScaling mrope() {
    List<Object> sections = section.list("mrope_section");
    if (sections == null || sections.size() != 3) {
      throw section.refuse("mrope_section", "must have 3 entries but is " + sections);
    }
    return new RopeScaling.None();
  }

  private RopeScaling llama3() {
    return new RopeScaling.Llama3(
        factor(),
        section.doubleValue("low_freq_factor", 1),
        section.doubleValue("high_freq_factor", 4),
        section.doubleValue("original_max_position_embeddings", 8192));
  }

  private RopeScaling yarn() {
    section.get("max_position_embeddings"); // transformers writes it here, too
    return new RopeScaling.Yarn(
        factor(),
        section.doubleValue("original_max_position_embeddings", 4096),
        section.doubleValue("beta_fast", 32),
        section.doubleValue("beta_slow", 1),
        section.doubleValue("mscale", 1),
        section.doubleValue("mscale_all_dim", 0));
  }

  private RopeScaling longRope(int dims, int absent) {
    section.get("short_factor"); // read by mlx-lm, and never used
    return new RopeScaling.LongRope(
        longFactor(dims),
        config.doubleValue("max_position_embeddings", 131072),
        originalPositions(absent));
  }

  // Phi 3 has the key beside rope_scaling and not in it
  private double originalPositions(int absent) {
    double beside = config.doubleValue("original_max_position_embeddings", absent);
    return section.has("original_max_position_embeddings") || beside == 0
        ? Numbers.positive(section, "original_max_position_embeddings")
        : beside;
  }

  /** One for all pairs of channels, or one for each. */
  private double[] longFactor(int dims) {
    double[] factors = longFactors();
    if (factors.length != 1 && factors.length != dims / 2) {
      throw section.refuse("long_factor", "must have " + dims / 2 + " entries, one for each pair of the " + dims
          + " channels that turn, but has " + factors.length);
    }
    return factors;
  }

  private double[] longFactors() {
    return switch (section.get("long_factor")) {
      case Number factor -> new double[] {factor.doubleValue()};
      case List<?> factors when factors.stream().allMatch(Number.class::isInstance) ->
          factors.stream().mapToDouble(factor -> ((Number) factor).doubleValue()).toArray();
      case null -> throw section.refuse("long_factor", "is missing");
      case Object other -> throw section.refuse("long_factor", "must be a list of numbers but is " + other);
    };
  }
}
