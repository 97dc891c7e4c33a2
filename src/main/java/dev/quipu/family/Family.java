package dev.quipu.family;

import dev.quipu.model.DecoderSpec;

/** What a family makes of config.json: the decoder's numbers, and which tensors its checkpoint has. */
record Family(DecoderSpec spec, Layout layout) {}
