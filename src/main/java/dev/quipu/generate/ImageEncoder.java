package dev.quipu.generate;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.tensor.Mat;
import dev.quipu.text.Tokenizer;
import dev.quipu.vision.Image;
import dev.quipu.vision.ImageTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * From a text with placeholders to ids and the places of images. Each placeholder becomes the tokens of its image while
 * all is still text, since what stands beside it may become one token with it: mlx-vlm's processors.
 */
final class ImageEncoder {

  private static final int ZERO_KEY = Integer.MIN_VALUE;

  private final Tokenizer tokenizer;
  private final SeenImages seen;
  private final int width;
  private final boolean beginsTwice;

  /**
   * @param width       of the text model's rows
   * @param beginsTwice whether the tokenizer adds its special tokens to a text that has them already, as mlx-vlm does
   */
  ImageEncoder(Tokenizer tokenizer, SeenImages seen, int width, boolean beginsTwice) {
    this.tokenizer = tokenizer;
    this.seen = seen;
    this.width = width;
    this.beginsTwice = beginsTwice;
  }

  ImageTokens tokens() {
    return seen.tokens();
  }

  /** A text that says nowhere where its images stand has them before it or behind it. */
  String withPlaceholders(String text, int images) {
    String placeholder = tokens().placeholder();
    if (text.contains(placeholder)) {
      return text;
    }
    return tokens().first() ? placeholder.repeat(images) + text : text + placeholder.repeat(images);
  }

  /**
   * @param special whether the tokenizer adds its special tokens
   * @throws InvalidRequestException if there are not as many placeholders as images
   */
  EncodedPrompt encode(String text, List<Image> images, boolean special) {
    String[] around = text.split(Pattern.quote(tokens().placeholder()), -1);
    if (around.length - 1 != images.size()) {
      throw new InvalidRequestException("image", "must be as many as the prompt has places for them ("
          + tokens().placeholder() + "): " + (around.length - 1) + ", but are " + images.size());
    }
    StringBuilder expanded = new StringBuilder(around[0]);
    List<ImageView> views = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      SeenImages.Seen image = seen.of(images.get(i));
      expanded.append(image.expanded()).append(around[i + 1]);
      views.addAll(image.views());
    }
    int[] ids = tokenizer.encode(expanded.toString(), special || beginsTwice);
    return new EncodedPrompt(ids, new PromptImages(seen, placed(views, ids)));
  }

  private List<PromptImages.Placed> placed(List<ImageView> views, int[] ids) {
    int[] positions = positions(ids, tokens().imageTokenId());
    int rows = views.stream().mapToInt(ImageView::rowCount).sum();
    if (positions.length != rows) {
      throw new QuipuException("The images of this prompt have " + rows + " rows, but the token of such a row, "
          + tokens().imageTokenId() + ", is in it " + positions.length + " times: the text must not hold it itself");
    }
    List<PromptImages.Placed> placed = new ArrayList<>();
    int from = 0;
    for (ImageView view : views) {
      placed.add(new PromptImages.Placed(view, Arrays.copyOfRange(positions, from, from + view.rowCount())));
      from += view.rowCount();
    }
    int[] zeros = positions(ids, seen.zeroTokenId());
    if (zeros.length > 0) {
      placed.add(new PromptImages.Placed(new ImageView(ZERO_KEY, Mat.zeros(zeros.length, width)), zeros));
    }
    return placed;
  }

  private static int[] positions(int[] ids, int id) {
    return IntStream.range(0, ids.length).filter(i -> ids[i] == id).toArray();
  }
}
