package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaBenchCommandTest {

  @TempDir
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void files() throws IOException {
    write("a", "{\"type\": \"integer\"}", "{\"valid\": true, \"data\": 75}, {\"valid\": false, \"data\": \"x\"}");
    write("b", "{\"pattern\": \"(a)\\\\1\"}", "");
    write("c", "{\"properties\": {\"a\": {\"const\": 1}}}", "{\"valid\": true, \"data\": {\"b\": [], \"a\": 1}}");
  }

  private void write(String name, String schema, String tests) throws IOException {
    Files.writeString(folder.resolve(name + ".json"), "{\"schema\": " + schema + ", \"tests\": [" + tests + "]}");
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("schema", "bench", folder.toString()));
    all.addAll(List.of(args));
    return Main.run(all, new Output(out));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void theLastLineOfJsonHasAllCounts() {
    assertThat(run("--json", "--variants", "5", "--seed", "3")).isEqualTo(Failures.DONE);
    Map<?, ?> result = (Map<?, ?>) Json.parse(lines().getLast(), "the last line");
    assertThat(result.keySet().toString()).isEqualTo("[compiled, refused, refused_by, valid_accepted, valid_rejected,"
        + " invalid_rejected, invalid_accepted, mask_us, compile_ms]");
    assertThat(result.get("compiled")).isEqualTo(2L);
    assertThat(result.get("refused_by")).isEqualTo(Map.of("pattern", 1L));
    assertThat(result.get("valid_accepted")).isEqualTo(2L);
    assertThat(result.get("invalid_rejected")).isEqualTo(1L);
    assertThat(((Map<?, ?>) result.get("mask_us")).keySet().toString()).isEqualTo("[median, p95, p99, p999, max]");
  }

  @Test
  void wrongLabelsAreListed() throws IOException {
    write("d", "{\"type\": \"integer\"}", "{\"valid\": false, \"data\": 75}");
    assertThat(run("--list")).isEqualTo(Failures.FAILED);
    assertThat(lines().get(0)).startsWith("REFUSED b.json: ").contains("pattern");
    assertThat(lines().get(1)).isEqualTo("INVALID ACCEPTED d.json test 0: accepted: 75");
    assertThat(lines().get(2)).isEqualTo("schemas  3 compiled (75.0 %), 1 refused: pattern 1");
    assertThat(lines().get(3)).isEqualTo("valid    2 accepted, 0 rejected");
    assertThat(lines().get(4)).isEqualTo("invalid  1 rejected, 1 accepted");
    assertThat(lines().get(5)).matches("mask     median [\\d.]+ µs, p95 .* µs, max [\\d.]+ µs, of \\d+");
    assertThat(lines().get(6)).matches("compile  median .* ms, of 3");
  }

  @Test
  void aPartOfTheFiles() {
    assertThat(run("--only", "c*", "--only", "a.json", "--limit", "1")).isEqualTo(Failures.DONE);
    assertThat(lines().getFirst()).isEqualTo("schemas  1 compiled (100.0 %), 0 refused");
    assertThat(run("--only", "z*")).isEqualTo(Failures.FAILED);
  }
}
