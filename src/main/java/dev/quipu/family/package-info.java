/**
 * Model families: from config.json to a {@link dev.quipu.model.DecoderSpec} and a list of how the checkpoint's tensors
 * differ from Llama's; one reader finds the weights by role. Each family says how it differs; none has a forward pass
 * of its own. Knows keys and names; knows no arithmetic.
 */
package dev.quipu.family;
