/** Tests of the engine on real servers, under faults. */
@NullMarked
package dev.mortise.tests;

import org.jspecify.annotations.NullMarked;
