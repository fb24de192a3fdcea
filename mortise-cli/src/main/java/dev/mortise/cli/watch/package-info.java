/**
 * {@code mortise watch}: locks as they are now, drawn again and again.
 *
 * <p>A model ({@code WatchBoard}: what rounds saw, and what follows from two of them), views (a model and a size become lines), keys (a
 * key changes what is shown), and the loop that brings them together. Model, views and keys are pure.
 */
@NullMarked
package dev.mortise.cli.watch;

import org.jspecify.annotations.NullMarked;
