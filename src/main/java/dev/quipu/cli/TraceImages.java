package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.family.ModelFamily;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.tensor.Mat;
import dev.quipu.vision.Image;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The images of {@code quipu trace}, before a model's eyes. */
record TraceImages(VisionAddOn vision, List<List<Pixels>> views) {

  static final TraceImages NONE = new TraceImages(null, List.of());

  static TraceImages of(List<Image> images, ModelFamily.Model model, Ops ops, VisionReference reference) {
    if (images.isEmpty()) {
      return NONE;
    }
    if (model.vision() == null) {
      throw new InvalidRequestException("image", "needs a model that sees: this checkpoint has no vision tower");
    }
    VisionAddOn vision = model.vision().addOn(ops, reference);
    return new TraceImages(vision, images.stream().map(image -> views(image, vision)).toList());
  }

  private static List<Pixels> views(Image image, VisionAddOn vision) {
    try {
      return vision.processor().process(image.decode());
    } catch (QuipuException e) {
      throw new QuipuException(image.name() + ": " + e.getMessage(), e);
    }
  }

  boolean isEmpty() {
    return views.isEmpty();
  }

  /** The text with its images in the place of the placeholders; without any, they stand before it. */
  String expand(String text) {
    if (isEmpty()) {
      return text;
    }
    String placeholder = vision.tokens().placeholder();
    String whole = text.contains(placeholder) ? text : placeholder.repeat(views.size()) + text;
    Matcher places = Pattern.compile(Pattern.quote(placeholder)).matcher(whole);
    if (places.results().count() != views.size()) {
      throw new InvalidRequestException("image", "must be as many as the prompt has places for them (" + placeholder
          + "): " + places.results().count() + ", but are " + views.size());
    }
    StringBuilder expanded = new StringBuilder();
    places.reset();
    for (List<Pixels> image : views) {
      places.find();
      places.appendReplacement(expanded, Matcher.quoteReplacement(vision.tokens().expansion(image)));
    }
    return places.appendTail(expanded).toString();
  }

  /** Lets the tower see all views; where there are several, the names of their tensors begin with which it is. */
  List<Mat> look(Trace trace) {
    List<Mat> features = new ArrayList<>();
    List<Pixels> all = views.stream().flatMap(List::stream).toList();
    for (int i = 0; i < all.size(); i++) {
      String view = all.size() == 1 ? "" : i + "/";
      features.add(vision.features(all.get(i), (layer, name, m) -> trace.at(layer, view + name, m)));
    }
    return features;
  }

  /** The features in the stead of a prompt's image tokens. */
  List<EmbeddedRows> rows(int[] ids, List<Mat> features) {
    return isEmpty() ? List.of() : vision.place(ids, vision.embedded(Mat.stacked(features)));
  }
}
