/**
 * Where models are: a folder, an id in the local hub cache, or inside quipu's own jar. Knows names and places; does not
 * know what a checkpoint holds, and downloads nothing.
 */
package dev.quipu.hub;
