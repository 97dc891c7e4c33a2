package dev.quipu.cli;

import dev.quipu.generate.GenerationEvent.Figures;
import java.util.Locale;
import java.util.OptionalLong;

/** The figures that mlx-lm prints, on one line. */
final class FiguresLine {

  private FiguresLine() {}

  static String of(Figures figures, OptionalLong peakBytes) {
    String cached = figures.cachedTokens() > 0 ? " (" + figures.cachedTokens() + " cached)" : "";
    String guessed = figures.acceptedTokens() > 0 ? " (" + figures.acceptedTokens() + " guessed)" : "";
    return String.format(Locale.ROOT,
        "Prompt: %d tokens%s, %.3f tokens-per-sec | Generation: %d tokens%s, %.3f tokens-per-sec",
        figures.promptTokens(), cached, figures.promptTokensPerSecond(),
        figures.generationTokens(), guessed, figures.generationTokensPerSecond()) + memory(peakBytes);
  }

  static String memory(OptionalLong peakBytes) {
    return peakBytes.isEmpty() ? ""
        : String.format(Locale.ROOT, " | Peak memory: %.3f GB", peakBytes.getAsLong() / 1e9);
  }
}
