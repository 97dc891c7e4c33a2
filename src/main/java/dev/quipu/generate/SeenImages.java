package dev.quipu.generate;

import dev.quipu.QuipuException;
import dev.quipu.vision.Image;
import dev.quipu.vision.ImageProcessor;
import dev.quipu.vision.ImageTokens;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.RgbImage;
import dev.quipu.vision.VisionAddOn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of images, by their hash, so that the tower sees each but once. Those that were used last are remembered;
 * prompts keep their own as long as they need them. Thread-safe.
 */
final class SeenImages {

  /** @param expanded the text in the place of its placeholder */
  record Seen(String expanded, List<ImageView> views) {}

  private final VisionAddOn addOn;
  private final long budget;
  private final Map<String, Seen> byHash = new LinkedHashMap<>(16, 0.75f, true); // the oldest first
  private final Map<String, Integer> keys = new HashMap<>(); // of views: caches outlive what is remembered here

  private ImageView looking; // that the tower began with, or null; the engine's thread's own

  /** @param budget bytes that are remembered */
  SeenImages(VisionAddOn addOn, long budget) {
    this.addOn = addOn;
    this.budget = budget;
  }

  /** Whether the rows of a view see one another. */
  boolean seeEachOther() {
    return addOn.rowsSeeEachOther();
  }

  ImageTokens tokens() {
    return addOn.tokens();
  }

  /** The token whose row is zero in a prompt with images, or −1. */
  int zeroTokenId() {
    return addOn.zeroTokenId();
  }

  /** @throws QuipuException naming the image, if it cannot be decoded or is none for this model */
  Seen of(Image image) {
    synchronized (this) {
      Seen seen = byHash.get(image.hash());
      if (seen != null) {
        return seen;
      }
    }
    List<Pixels> views = process(image); // takes a while
    synchronized (this) {
      Seen seen = byHash.computeIfAbsent(image.hash(), hash -> seen(hash, views));
      forget();
      return seen;
    }
  }

  private List<Pixels> process(Image image) {
    RgbImage decoded = image.decode();
    try {
      return processor().process(decoded);
    } catch (QuipuException e) {
      throw new QuipuException(image.name() + ": " + e.getMessage(), e);
    }
  }

  private synchronized ImageProcessor processor() {
    return addOn.processor();
  }

  private Seen seen(String hash, List<Pixels> views) {
    List<ImageView> seen = new ArrayList<>();
    for (Pixels view : views) {
      int key = keys.computeIfAbsent(hash + " " + seen.size(), _ -> PromptEncoder.UNKNOWN - 1 - keys.size());
      seen.add(new ImageView(key, view, addOn.rows(view)));
    }
    return new Seen(addOn.tokens().expansion(views), seen);
  }

  /** How many looks a view takes. */
  int steps() {
    return addOn.steps();
  }

  /** The tower's next layer over a view. On the engine's thread. */
  void look(ImageView view) {
    if (looking != null && looking != view) {
      looking.lookAway(); // its generation was cancelled
    }
    view.look(addOn);
    looking = view.isSeen() ? null : view;
    if (looking == null) {
      forget();
    }
  }

  /** Down to the budget, those first that were not used for the longest time. */
  private synchronized void forget() {
    var oldest = byHash.values().iterator();
    while (bytes() > budget) {
      oldest.next();
      oldest.remove();
    }
  }

  private long bytes() {
    return byHash.values().stream().flatMap(seen -> seen.views.stream()).mapToLong(ImageView::size).sum() * Float.BYTES;
  }
}
