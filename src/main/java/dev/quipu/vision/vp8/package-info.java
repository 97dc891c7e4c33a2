/**
 * The picture of a lossy WebP file: one key frame of VP8 (RFC 6386), and its colours as libwebp makes them, to the bit.
 * Knows no container and no other kind of file.
 */
package dev.quipu.vision.vp8;
