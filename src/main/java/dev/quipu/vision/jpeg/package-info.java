/**
 * The components of a JPEG file: markers, prefix codes, cosines, and small planes made large, in the whole numbers of
 * libjpeg-turbo, which Pillow reads with, also where a file is damaged. Knows no colours.
 */
package dev.quipu.vision.jpeg;
