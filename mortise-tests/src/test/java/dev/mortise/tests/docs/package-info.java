@NullMarked
package dev.mortise.tests.docs;

import org.jspecify.annotations.NullMarked;
