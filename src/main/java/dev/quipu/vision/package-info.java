/**
 * From an image file to the numbers a vision tower reads: decoding, colours, orientation, resampling and normalisation,
 * to the bit as Pillow and mlx-vlm do them. Knows neither prompts nor text models.
 */
package dev.quipu.vision;
