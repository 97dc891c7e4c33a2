/**
 * Runs a suite of golden cases (golden/FORMAT.md) against an {@link dev.quipu.ops.Ops}: one class a kind, which knows
 * what its cases hold and hands them to the engine's own classes. Knows no expected value and no tolerance, which live
 * in the cases; prints nothing.
 */
package dev.quipu.conform;
