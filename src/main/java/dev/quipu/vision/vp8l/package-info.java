/**
 * The picture of a lossless WebP file: pixels predicted from their neighbours, packed by copying and by prefix codes.
 * Knows no container and no other kind of file.
 */
package dev.quipu.vision.vp8l;
