/**
 * JSON files as plain Java values, and a view of them that checks types and says what is wrong in which file.
 * Knows no model and no key.
 */
package dev.quipu.config;
