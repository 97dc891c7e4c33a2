/**
 * From logits to one token: processors that change the logits, filters on log-probabilities, the draw, and MLX's random
 * numbers. Follows mlx-lm's {@code sample_utils.py} in order and in float32 rounding, so that a seed gives mlx-lm's
 * tokens. Knows no model, no text and no request.
 */
package dev.quipu.sample;
