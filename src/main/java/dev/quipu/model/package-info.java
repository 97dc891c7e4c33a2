/**
 * The forward pass of a decoder-only transformer: its steps, its numbers ({@link dev.quipu.model.DecoderSpec}), its
 * weights by role, RoPE's frequencies, and the names under which every tensor can be watched. Knows no file format, no
 * text and no family: families differ as data, or where the picture has more arrows by a block beside the decoder.
 * Tells operations what to do and never how.
 */
package dev.quipu.model;
