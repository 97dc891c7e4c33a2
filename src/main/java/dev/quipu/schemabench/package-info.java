/**
 * What the masks of schemas do on a folder of schemas with documents (MaskBench): which schemas are compiled, which
 * documents are accepted, in how many spellings and tokenizations, and how long masks and compiling take. Knows the
 * engine of schemas from outside only, and no model.
 */
package dev.quipu.schemabench;
