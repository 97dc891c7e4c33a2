/**
 * From an image file to rows of a text model's residual stream: decoding, colours, orientation, resampling and
 * normalisation, to the bit as Pillow and mlx-vlm do them; then a tower and a projector, made of the same operations as
 * the decoder and traced like it. Knows how an image stands in a prompt, and no tokenizer; knows no text model.
 */
package dev.quipu.vision;
