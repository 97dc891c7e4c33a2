/**
 * Checkpoints as they lie on disk: which files make one, the safetensors header with every bound checked, and
 * tensors mapped into memory where they lie, in a folder or inside a jar. Knows no model family, and not what any
 * tensor means.
 */
package dev.quipu.checkpoint;
