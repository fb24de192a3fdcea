/** Commands for whoever is on call: which locks there are, who has them, what is wrong, and ending what no program will end. */
@NullMarked
package dev.mortise.cli.admin;

import org.jspecify.annotations.NullMarked;
