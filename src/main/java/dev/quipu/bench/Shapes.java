package dev.quipu.bench;

import dev.quipu.InvalidRequestException;
import dev.quipu.config.Config;
import dev.quipu.config.Json;
import java.util.Set;

/** The numbers of well-known models, as their config.json has them. */
public final class Shapes {

  private static final String FILE = "shapes.json";

  private Shapes() {}

  /** In the order of the file. */
  public static Set<String> names() {
    return all().keys();
  }

  /**
   * @return what the model's config.json says, as far as it matters
   * @throws InvalidRequestException for a name that is not here
   */
  public static Config config(String name) {
    Config all = all();
    if (!all.has(name)) {
      throw new InvalidRequestException("shape",
          "must be one of " + String.join(", ", all.keys()) + ", or the path of a config.json, but is \"" + name + "\"");
    }
    return Config.of("config.json of " + name, all.get(name));
  }

  private static Config all() {
    return Config.of(FILE, Json.parse(Shapes.class.getResourceAsStream(FILE), FILE));
  }
}
