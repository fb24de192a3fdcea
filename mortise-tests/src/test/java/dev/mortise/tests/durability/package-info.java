/** What a lease needs so that it outlasts a server: replicas, files, the quiet period. */
@NullMarked
package dev.mortise.tests.durability;

import org.jspecify.annotations.NullMarked;
