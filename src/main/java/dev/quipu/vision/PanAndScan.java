package dev.quipu.vision;

import dev.quipu.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a long picture into crops along its longer side, so that small things can be seen.
 *
 * @param minCropSize crops with a shorter side than this are not made
 * @param maxCrops    the most that are made
 * @param minRatio    of the longer side to the shorter, below which none is made
 */
record PanAndScan(int minCropSize, int maxCrops, double minRatio) {

  /** As the config asks for it, or null. */
  static PanAndScan of(Config config) {
    int minCropSize = config.intValue("pan_and_scan_min_crop_size", 256);
    int maxCrops = config.intValue("pan_and_scan_max_num_crops", 4);
    double minRatio = config.doubleValue("pan_and_scan_min_ratio_to_activate", 1.2);
    if (!config.booleanValue("do_pan_and_scan", false)) {
      return null;
    }
    if (minCropSize < 1) {
      throw config.refuse("pan_and_scan_min_crop_size", "must be at least 1 but is " + minCropSize);
    }
    if (maxCrops < 1) {
      throw config.refuse("pan_and_scan_max_num_crops", "must be at least 1 but is " + maxCrops);
    }
    return new PanAndScan(minCropSize, maxCrops, minRatio);
  }

  /** The crops from left to right or from top to bottom; none where the picture is nearly square, or small. */
  List<RgbImage> crops(RgbImage image) {
    boolean wide = image.width() >= image.height();
    int longSide = Math.max(image.width(), image.height());
    int shortSide = Math.min(image.width(), image.height());
    double ratio = (double) longSide / shortSide;
    if (ratio < minRatio) {
      return List.of();
    }
    int fitting = Math.min(longSide / minCropSize, (int) Math.floor(ratio + 0.5));
    int count = Math.min(Math.max(2, fitting), maxCrops);
    int step = Math.ceilDiv(longSide, count);
    if (Math.min(step, shortSide) < minCropSize) {
      return List.of();
    }
    List<RgbImage> crops = new ArrayList<>();
    for (int at = 0; crops.size() < count; at += step) {
      crops.add(wide ? image.crop(at, 0, step, shortSide) : image.crop(0, at, shortSide, step));
    }
    return crops;
  }
}
