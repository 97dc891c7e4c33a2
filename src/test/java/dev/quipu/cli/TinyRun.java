package dev.quipu.cli;

import dev.quipu.support.TinyCheckpoint;
import dev.quipu.support.TinyTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the command line in this process with a model of ten letters that says nothing but a. */
final class TinyRun {

  /** What a run came to. */
  record Result(int exitCode, String out, String err) {}

  private final Path model;

  TinyRun(Path folder) throws IOException {
    model = model(folder.resolve("tiny"), new TinyTokenizer());
  }

  static Path model(Path folder, TinyTokenizer tokenizer) throws IOException {
    new TinyCheckpoint().config("eos_token_id", "9").write(Files.createDirectory(folder));
    Files.writeString(folder.resolve("tokenizer.json"),
        tokenizer.json().replace("\"decoder\": null", "\"decoder\": {\"type\": \"Fuse\"}")); // no space between letters
    return folder;
  }

  Result run(String... args) {
    return run(model, args);
  }

  static Result run(Path model, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Result result = run(model, out, args);
    return new Result(result.exitCode(), out.toString(StandardCharsets.UTF_8), result.err());
  }

  /** @param out where standard output goes */
  Result run(OutputStream out, String... args) {
    return run(model, out, args);
  }

  private static Result run(Path model, OutputStream out, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--model", model.toString(), "--threads", "1"));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream realErr = System.err;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      return new Result(Main.run(all, new Output(out)), "", err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(realErr);
    }
  }
}
