/** What every scene of the demo stands on: its files, the JVMs of its workers, its checks, and its end by Ctrl-C. */
@NullMarked
package dev.mortise.cli.demo.scene;

import org.jspecify.annotations.NullMarked;
