/** The Lua scripts on a real server against the reference model: same commands, same clock, same outcome. */
@NullMarked
package dev.mortise.tests.model;

import org.jspecify.annotations.NullMarked;
