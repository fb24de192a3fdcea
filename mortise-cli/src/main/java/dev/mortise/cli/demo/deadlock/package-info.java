/** {@code mortise demo deadlock}: three processes that wait for each other, and how that ends. */
@NullMarked
package dev.mortise.cli.demo.deadlock;

import org.jspecify.annotations.NullMarked;
