package dev.quipu.cli;

import dev.quipu.generate.GenerationEvent.Figures;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationEvent.Looking;
import dev.quipu.generate.GenerationEvent.Progress;
import dev.quipu.generate.GenerationEvent.StopReason;
import dev.quipu.generate.GenerationEvent.Text;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.generate.GenerationEvent.TopLogprob;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/**
 * The events of a generation as JSON, an object a line. A log-probability of −∞ is {@code null}: JSON has no infinity.
 */
final class EventJson {

  private EventJson() {}

  static String line(Progress progress) {
    return JsonLine.of(json -> {
      json.writeStringProperty("type", "progress");
      json.writeNumberProperty("processed", progress.processed());
      json.writeNumberProperty("total", progress.total());
      json.writeNumberProperty("cached", progress.cached());
    });
  }

  static String line(Looking looking) {
    return JsonLine.of(json -> {
      json.writeStringProperty("type", "looking");
      json.writeNumberProperty("done", looking.done());
      json.writeNumberProperty("total", looking.total());
    });
  }

  static String line(Text text) {
    return JsonLine.of(json -> {
      json.writeStringProperty("type", "token");
      json.writeStringProperty("text", text.text());
      tokens(json, text.tokens());
    });
  }

  static String line(Finished finished, OptionalLong peakBytes) {
    return JsonLine.of(json -> {
      json.writeStringProperty("type", "done");
      end(json, finished, peakBytes);
    });
  }

  static void tokens(JsonGenerator json, List<Token> tokens) {
    json.writeArrayPropertyStart("tokens");
    for (Token token : tokens) {
      json.writeStartObject();
      json.writeNumberProperty("id", token.id());
      json.writeStringProperty("text", token.text());
      logprob(json, token.logprob());
      json.writeBooleanProperty("from_draft", token.fromDraft());
      json.writeArrayPropertyStart("top_logprobs");
      token.topLogprobs().forEach(top -> likely(json, top));
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void likely(JsonGenerator json, TopLogprob top) {
    json.writeStartObject();
    json.writeNumberProperty("id", top.id());
    json.writeStringProperty("text", top.text());
    logprob(json, top.logprob());
    json.writeEndObject();
  }

  private static void logprob(JsonGenerator json, float logprob) {
    if (Float.isFinite(logprob)) {
      json.writeNumberProperty("logprob", logprob);
    } else {
      json.writeNullProperty("logprob");
    }
  }

  /** Why and how it ended. */
  static void end(JsonGenerator json, Finished finished, OptionalLong peakBytes) {
    Figures figures = finished.figures();
    json.writeStringProperty("reason", reason(finished.reason()));
    json.writeName("stop_string");
    json.writeString(finished.stopString()); // null for none
    json.writeBooleanProperty("incomplete", finished.incomplete());
    json.writeNumberProperty("prompt_tokens", figures.promptTokens());
    json.writeNumberProperty("cached_tokens", figures.cachedTokens());
    json.writeNumberProperty("generation_tokens", figures.generationTokens());
    json.writeNumberProperty("prompt_tps", figures.promptTokensPerSecond());
    json.writeNumberProperty("generation_tps", figures.generationTokensPerSecond());
    json.writeNumberProperty("ttft_ms", 1e3 * figures.promptSeconds());
    if (peakBytes.isPresent()) {
      json.writeNumberProperty("peak_memory_gb", peakBytes.getAsLong() / 1e9);
    } else {
      json.writeNullProperty("peak_memory_gb");
    }
  }

  private static String reason(StopReason reason) {
    return switch (reason) {
      case EOS_TOKEN, DOCUMENT_COMPLETE -> "stop";
      case STOP_STRING -> "stop_string";
      case TOKEN_LIMIT -> "length";
      case CONTEXT_FULL -> "context_full";
      case USER_CANCELLED -> "cancelled";
    };
  }
}
