/**
 * JSON Schema as a machine over bytes that allows exactly what can still lead to a valid document: keywords become
 * boolean formulas by type, documents are walked with a stack. Knows regular languages and sets of numbers, and neither
 * tokens nor models.
 */
package dev.quipu.schema;
