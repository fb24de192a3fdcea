/**
 * Contract suites: what every deployment must do, as JUnit tests to be inherited. A deployment shows that it keeps the
 * contract by a subclass that says how to open a client.
 */
@NullMarked
package dev.mortise.testkit.contract;

import org.jspecify.annotations.NullMarked;
