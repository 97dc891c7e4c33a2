/**
 * Model families: from config.json to a {@link dev.quipu.model.DecoderSpec}, and from the checkpoint's names to weights
 * by role. Each family says how it differs from Llama; none has a forward pass of its own. Knows keys and names; knows
 * no arithmetic.
 */
package dev.quipu.family;
