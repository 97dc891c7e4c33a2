package dev.quipu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.conform.Glob;
import dev.quipu.conform.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What MODEL.md says guards a trap is there: cases of the suite by their globs, tests by class and method. */
class ModelDocumentTest {

  private static final Path TESTS = Path.of("src/test/java");
  private static final String TRAPS = "\n## Easy to get wrong\n";
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract))(?:\\.(\\w+))?`");

  private static String traps() throws IOException {
    String document = Files.readString(Path.of("MODEL.md"));
    return document.substring(document.indexOf(TRAPS) + TRAPS.length());
  }

  /** The second cell of each row, of all tables but their heads. */
  private static List<String> guards() throws IOException {
    return traps().lines().filter(line -> line.startsWith("| ") && !line.startsWith("| trap |"))
        .map(line -> line.split(" \\| ")[1]).toList();
  }

  private static List<MatchResult> found(Pattern pattern, List<String> guards) {
    return guards.stream().flatMap(guard -> pattern.matcher(guard).results()).toList();
  }

  private static Pattern cases(List<String> ids) {
    Set<String> kinds = ids.stream().map(id -> id.substring(0, id.indexOf('/'))).collect(Collectors.toSet());
    return Pattern.compile("`((?:" + String.join("|", kinds) + ")/[^`]+)`");
  }

  @Test
  void everyGlobNamesACase() throws IOException {
    List<String> ids = Suite.open(Path.of("golden")).entries().stream().map(Suite.Entry::id).toList();
    Set<String> wrong = new TreeSet<>();
    for (MatchResult glob : found(cases(ids), guards())) {
      if (ids.stream().noneMatch(new Glob(glob.group(1))::matches)) {
        wrong.add(glob.group(1));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyTestNamedIsThere() throws IOException {
    Set<String> wrong = new TreeSet<>();
    for (MatchResult test : found(TEST, guards())) {
      String source = source(test.group(1));
      if (test.group(2) != null && !source.contains("void " + test.group(2) + "(")) {
        wrong.add(test.group());
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String source(String test) throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      List<Path> sources = files.filter(file -> file.endsWith(test + ".java")).toList();
      assertThat(sources).as(test).hasSize(1);
      return Files.readString(sources.getFirst());
    }
  }

  @Test
  void everyTrapIsGuarded() throws IOException {
    List<String> ids = Suite.open(Path.of("golden")).entries().stream().map(Suite.Entry::id).toList();
    assertThat(guards()).isNotEmpty()
        .allMatch(guard -> cases(ids).matcher(guard).find() || TEST.matcher(guard).find(), "names a case or a test");
  }
}
