package dev.quipu.generate;

import dev.quipu.QuipuException;
import dev.quipu.generate.GenerationEvent.Token;
import dev.quipu.generate.GenerationEvent.TopLogprob;
import dev.quipu.model.Decoder;
import dev.quipu.sample.DistributionSampler;
import dev.quipu.sample.LogitsProcessor;
import dev.quipu.sample.Randomness;
import dev.quipu.sample.Rejection;
import dev.quipu.sample.Sampler;
import dev.quipu.sample.TopLogprobs;
import dev.quipu.tensor.Mat;
import dev.quipu.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * From a row of logits to a token, in mlx-lm's order: processors, the constraint, log-probabilities, filters, the draw.
 * Belongs to one generation.
 */
final class Chooser {

  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final GenerationRequest request;
  private final List<LogitsProcessor> processors;
  private final Sampler sampler;
  private final Randomness random;
  private final Document document; // or null
  private Mat own; // a row of which a caller's processors may make what they like
  private float[] target = new float[0]; // the distribution a token is drawn from
  private float logprob; // of the token chosen last
  private TopLogprobs top; // instead of it

  /** @param document which the token has to fit, or null */
  Chooser(Decoder decoder, Tokenizer tokenizer, GenerationRequest request, Document document) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.request = request;
    this.processors = new ArrayList<>(request.penalties().processors());
    this.processors.addAll(request.custom().processors());
    this.sampler = request.custom().sampler() != null ? request.custom().sampler() : Sampler.of(request.sampling());
    this.random = new Randomness(request.seed() != null ? request.seed() : System.nanoTime());
    this.document = document;
  }

  /** What is written so far of what a constraint demands; null if there is none. */
  Document document() {
    return document;
  }

  /** As its stream of random numbers goes on from here, for one who wants to guess what it will choose. */
  Randomness foresight() {
    return random.copy();
  }

  /**
   * The token that follows the first {@code count}.
   *
   * @param logits [R, V]; the row is changed
   */
  int choose(int[] tokens, int count, Mat logits, int row) {
    Mat processed = process(tokens, count, logits, row);
    int offset = at(processed, row);
    return chosen(processed, row, sampler.next(processed.data(), offset, processed.cols(), random));
  }

  /**
   * The token that follows, where one was guessed that was drawn from the distribution {@code draft}: the guess, unless
   * it is rejected.
   */
  int choose(int[] tokens, int count, Mat logits, int row, int guess, float[] draft) {
    Mat processed = process(tokens, count, logits, row);
    int vocabulary = processed.cols();
    target = target.length < vocabulary ? new float[vocabulary] : target;
    ((DistributionSampler) sampler).distribution(processed.data(), at(processed, row), vocabulary, random, target);
    boolean accepted = Rejection.accepts(target, draft, guess, random);
    return chosen(processed, row, accepted ? guess : Rejection.replacement(target, draft, vocabulary, random));
  }

  /** At once: the logits are the decoder's, and the next call may be another generation's. */
  private int chosen(Mat processed, int row, int token) {
    int r = processed == own ? 0 : row;
    float logSumExp = decoder.logSumExp(processed, r);
    int offset = r * processed.cols();
    logprob = processed.data()[offset + token] - logSumExp;
    top = TopLogprobs.of(processed.data(), offset, processed.cols(), logSumExp, request.topLogprobs());
    return token;
  }

  private int at(Mat processed, int row) {
    return processed == own ? 0 : row * processed.cols();
  }

  private Mat process(int[] tokens, int count, Mat logits, int row) {
    Mat processed = request.custom().processors().isEmpty() ? logits : copy(logits, row);
    for (LogitsProcessor processor : processors) {
      processor.apply(tokens, count, processed.data(), at(processed, row), processed.cols());
    }
    if (document != null
        && !document.mask(document.position(), processed.data(), at(processed, row), processed.cols())) {
      throw new QuipuException("no token can be chosen: those that the constraint allows are not in the vocabulary, or"
          + " logit_bias or a processor excludes them all");
    }
    return processed;
  }

  private Mat copy(Mat logits, int row) {
    own = own == null ? Mat.zeros(1, logits.cols()) : own;
    System.arraycopy(logits.data(), row * logits.cols(), own.data(), 0, logits.cols());
    return own;
  }

  /** The token chosen last, with what is reported of it. */
  Token token(int id, boolean fromDraft) {
    List<TopLogprob> likely = new ArrayList<>(top.size());
    for (int rank = 0; rank < top.size(); rank++) {
      likely.add(new TopLogprob(top.id(rank), textOf(top.id(rank)), top.logprob(rank)));
    }
    return new Token(id, textOf(id), logprob, fromDraft, likely);
  }

  /** A token that nothing else could stand in place of. */
  Token forced(int id) {
    if (sampler instanceof DistributionSampler drawing) {
      drawing.skip(random); // so that those after it are drawn as if it had been
    }
    List<TopLogprob> itself = List.of(new TopLogprob(id, textOf(id), 0));
    return new Token(id, textOf(id), 0, false, itself.subList(0, Math.min(1, request.topLogprobs())));
  }

  /** A token's text by itself; empty where the model knows ids that the tokenizer does not. */
  private String textOf(int token) {
    byte[] bytes = tokenizer.bytes(token);
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
