package dev.quipu.text;

import dev.quipu.config.Config;
import dev.quipu.config.Json;
import dev.quipu.config.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Runs the tokenize and detokenize_stream cases of a suite (golden/FORMAT.md) and tells what differs. */
final class TokenizerSuite {

  private final Path suite;
  private final List<Path> models;
  private final List<String> differences = new ArrayList<>();
  private int compared;

  TokenizerSuite(Path suite, Path... models) {
    this.suite = suite;
    this.models = List.of(models);
  }

  List<String> differences() {
    return differences;
  }

  /** How many items were compared. */
  int compared() {
    return compared;
  }

  TokenizerSuite run() {
    for (String kind : List.of("tokenize", "detokenize")) {
      for (Path folder : folders(suite.resolve(kind))) {
        run(Config.of(folder.toString(), Json.parse(read(folder.resolve("case.json")), folder.toString())));
      }
    }
    return this;
  }

  private void run(Config testCase) {
    Tokenizer tokenizer = Tokenizer.load(tokenizerFolder(testCase.requireString("tokenizer")));
    for (Object entry : testCase.list("items")) {
      Config item = Config.of(testCase.requireString("id"), entry);
      compared++;
      switch (testCase.requireString("kind")) {
        case "tokenize" -> tokenize(tokenizer, item);
        case "detokenize_stream" -> stream(tokenizer, item, testCase.requireInt("max_held"));
        default -> throw new IllegalArgumentException(testCase.requireString("kind"));
      }
    }
  }

  private void tokenize(Tokenizer tokenizer, Config item) {
    String text = item.requireString("text");
    int[] expected = ints(item.list("ids"));
    int[] ids = tokenizer.encode(text, item.booleanValue("add_special", false));
    if (!Arrays.equals(ids, expected)) {
      differ(item, "ids of " + quoted(text), Arrays.toString(expected), Arrays.toString(ids));
    }
    compare(item, "decoded", tokenizer.decode(expected, false));
    compare(item, "decoded_skip_special", tokenizer.decode(expected, true));
  }

  private void compare(Config item, String key, String got) {
    if (!got.equals(item.requireString(key))) {
      differ(item, key + " of " + item.list("ids"), quoted(item.requireString(key)), quoted(got));
    }
  }

  private void stream(Tokenizer tokenizer, Config item, int maxHeld) {
    String expected = item.requireString("expected");
    int[] ids = ints(item.list("ids"));
    int[] stable = ints(item.list("stable"));
    StreamDecoder stream = tokenizer.streamDecoder(false);
    var text = new StringBuilder();
    for (int k = 0; k < ids.length; k++) {
      String segment = stream.push(ids[k]);
      text.append(segment);
      if (!Utf8.wellFormed(segment).equals(segment)) {
        differ(item, "segment " + k, "well-formed text", quoted(segment));
      }
      if (!expected.startsWith(text.toString()) || text.codePoints().count() < stable[k] - maxHeld) {
        differ(item, "after id " + k + " of " + Arrays.toString(ids), stable[k] + " of " + quoted(expected),
            quoted(text.toString()));
      }
    }
    text.append(stream.finish());
    if (!text.toString().equals(expected)) {
      differ(item, "stream of " + Arrays.toString(ids), quoted(expected), quoted(text.toString()));
    }
  }

  private void differ(Config item, String what, String expected, String got) {
    differences.add(item.name() + ": " + what + "\n  expected " + expected + "\n  got      " + got);
  }

  private Path tokenizerFolder(String reference) {
    Path inSuite = suite.resolve(reference);
    if (Files.exists(inSuite)) {
      return inSuite;
    }
    String name = inSuite.getFileName().toString();
    return models.stream().map(m -> m.resolve(name)).filter(Files::exists).findFirst().orElseThrow();
  }

  private static List<Path> folders(Path parent) {
    try (Stream<Path> folders = Files.list(parent)) {
      return folders.filter(f -> Files.exists(f.resolve("case.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] ints(List<Object> values) {
    return values.stream().mapToInt(v -> ((Long) v).intValue()).toArray();
  }

  private static String quoted(String text) {
    var out = new StringBuilder("\"");
    text.chars().forEach(c -> out.append(c < ' ' || c > '~' ? String.format("\\u%04x", c) : (char) c));
    return out.append('"').toString();
  }
}
