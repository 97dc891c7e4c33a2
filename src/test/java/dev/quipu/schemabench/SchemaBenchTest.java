package dev.quipu.schemabench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Json;
import dev.quipu.generate.Engine;
import dev.quipu.hub.EmbeddedModel;
import dev.quipu.mask.Position;
import dev.quipu.schemabench.Finding.Kind;
import dev.quipu.text.Tokenizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemaBenchTest {

  /** Accepts one text; a schema is that text as a JSON string. */
  private record OneText(String text, int at, boolean endsEarly) implements Position {

    @Override
    public Position next(int b) {
      return at < text.length() && text.charAt(at) == b ? new OneText(text, at + 1, endsEarly) : null;
    }

    @Override
    public boolean complete() {
      return endsEarly || at == text.length();
    }
  }

  private static Tokenizer tokenizer;
  private static Collection<Integer> ends;

  private final Tally tally = new Tally();
  private final List<Finding> findings = new ArrayList<>();

  @BeforeAll
  static void load() {
    try (Checkpoint checkpoint = EmbeddedModel.open()) {
      tokenizer = Engine.tokenizer(checkpoint);
      ends = Engine.eosTokens(checkpoint, tokenizer);
    }
  }

  private void run(String file, int variants, boolean endsEarly) {
    Compiler compiler = schema -> switch (Json.parse(schema, "schema")) {
      case String text -> new OneText(text, 0, endsEarly);
      default -> throw new QuipuException("no text");
    };
    SchemaBench bench = new SchemaBench(compiler, tokenizer, ends, new Variants(variants, 7, false));
    bench.run(MaskBenchFile.of("file.json", Json.parse(file, "file.json")), tally, findings::add);
  }

  @Test
  void whatIsJudgedRightlyIsCounted() {
    run("{\"schema\":\"[true, false]\",\"tests\":[{\"valid\":true,\"data\":[true,false]},{\"valid\":false,\"data\":[true]}]}",
        3, false);
    assertThat(findings).isEmpty();
    assertThat(tally.compiled()).isEqualTo(1);
    assertThat(tally.validAccepted()).isEqualTo(1);
    assertThat(tally.invalidRejected()).isEqualTo(1);
    assertThat(tally.compileTimes().count()).isEqualTo(1);
    assertThat(tally.maskTimes().quantile(1)).isPositive();
  }

  @Test
  void whatIsJudgedWronglyIsFound() {
    run("{\"schema\":\"[true, false]\",\"tests\":[{\"valid\":false,\"data\":[true,false]},{\"valid\":true,\"data\":[true]}]}",
        0, false);
    assertThat(findings).extracting(Finding::kind).containsExactly(Kind.INVALID_ACCEPTED, Kind.VALID_REJECTED);
    assertThat(findings.get(1).detail()).isEqualTo("refused at byte 5: [true >>> ]");
    assertThat(tally.invalidAccepted()).isEqualTo(1);
    assertThat(tally.validRejected()).isEqualTo(1);
  }

  @Test
  void oneOfTheSpellingsIsEnoughForAMistake() {
    run("{\"schema\":\"\\\"text\\\"\",\"tests\":[{\"valid\":true,\"data\":\"text\"}]}", 20, false);
    assertThat(findings).extracting(Finding::kind).containsExactly(Kind.VALID_REJECTED);
    assertThat(findings.getFirst().detail()).contains("\\u00");
  }

  @Test
  void theEndMayNotBeAllowedBeforeThereIsADocument() {
    run("{\"schema\":\"[true]\",\"tests\":[{\"valid\":true,\"data\":[true]}]}", 0, true);
    assertThat(findings.getFirst().detail()).startsWith("may end at byte 0");
  }

  @Test
  void refusalsAreCountedByTheirReason() {
    run("{\"schema\":7,\"tests\":[]}", 0, false);
    assertThat(tally.refused()).isEqualTo(1);
    assertThat(tally.refusedBy()).containsEntry("not a schema", 1);
    assertThat(findings).containsExactly(new Finding(Kind.REFUSED, "file.json", -1, "no text"));
  }
}
