/** Each checker fails on a history that breaks its rule. */
@NullMarked
package dev.mortise.faults.check;

import org.jspecify.annotations.NullMarked;
