package dev.quipu.text;

import dev.quipu.config.Json;
import dev.quipu.support.Checked;
import dev.quipu.support.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** Texts to ids and back with the embedded model's tokenizer: the texts of its golden case, held to its ids. */
public class TokenizerBenchmark extends Measured {

  private static final String NAME = "SmolLM2-135M-Instruct-4bit";

  /** A text with what the reference makes of it. */
  private record Item(String text, boolean addSpecial, int[] ids, String decoded) {

    static Item of(Map<?, ?> item) {
      int[] ids = ((List<?>) item.get("ids")).stream().mapToInt(id -> ((Number) id).intValue()).toArray();
      return new Item((String) item.get("text"), (Boolean) item.get("add_special"), ids, (String) item.get("decoded"));
    }
  }

  private final List<Item> items = new ArrayList<>();
  private Tokenizer tokenizer;

  @Setup
  public void prepare() throws IOException {
    tokenizer = Tokenizer.load(Path.of("models", NAME));
    Path golden = Path.of("golden", "tokenize", NAME, "case.json");
    Map<?, ?> json = (Map<?, ?>) Json.parse(Files.readString(golden), golden.toString());
    for (Object item : (List<?>) json.get("items")) {
      items.add(Item.of((Map<?, ?>) item));
    }
    items.forEach(this::check);
  }

  private void check(Item item) {
    int[] ids = tokenizer.encode(item.text, item.addSpecial);
    if (!Arrays.equals(ids, item.ids)) {
      throw Checked.wrong("ids of " + item.text, Arrays.toString(item.ids), Arrays.toString(ids));
    }
    String decoded = tokenizer.decode(item.ids, false);
    if (!decoded.equals(item.decoded)) {
      throw Checked.wrong("text of " + Arrays.toString(ids), item.decoded, decoded);
    }
  }

  @Benchmark
  public int encode() {
    int ids = 0;
    for (Item item : items) {
      ids += tokenizer.encode(item.text, item.addSpecial).length;
    }
    return ids;
  }

  @Benchmark
  public int decode() {
    int characters = 0;
    for (Item item : items) {
      characters += tokenizer.decode(item.ids, false).length();
    }
    return characters;
  }
}
