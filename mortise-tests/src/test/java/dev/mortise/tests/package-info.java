/** What the tests of several packages share: a real server and its counts, a resource that notices two holders, time and inbox to derive from. */
@NullMarked
package dev.mortise.tests;

import org.jspecify.annotations.NullMarked;
