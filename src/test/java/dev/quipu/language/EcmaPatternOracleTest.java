package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.quipu.QuipuException;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Random patterns and texts against Java's own regular expressions. */
class EcmaPatternOracleTest {

  @Test
  void plainPatternsFindWhatJavaFinds() {
    compare(new PatternGenerator(new Random(1), false), 3000, 0);
  }

  @Test
  void patternsThatLookAroundFindWhatJavaFinds() {
    compare(new PatternGenerator(new Random(2), true), 2500, 60);
  }

  /** Of each pattern, 20 texts. */
  private static void compare(PatternGenerator generator, int patterns, int mostRefused) {
    int refused = 0;
    for (int i = 0; i < patterns; i++) {
      String pattern = generator.pattern();
      Pattern java = Pattern.compile(pattern.replace("$", "\\z"));
      Language language;
      try {
        language = EcmaPattern.search(pattern);
      } catch (QuipuException e) {
        refused++;
        continue;
      }
      for (int j = 0; j < 20; j++) {
        String text = generator.text();
        if (language.accepts(text) != java.matcher(text).find()) {
          fail("%s in \"%s\", as %s", pattern, text, language);
        }
      }
    }
    assertThat(refused).isLessThanOrEqualTo(mostRefused);
  }
}
