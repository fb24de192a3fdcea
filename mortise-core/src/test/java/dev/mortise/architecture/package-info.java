@NullMarked
package dev.mortise.architecture;

import org.jspecify.annotations.NullMarked;
