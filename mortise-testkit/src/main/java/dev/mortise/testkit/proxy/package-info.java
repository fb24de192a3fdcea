/** A TCP proxy in front of one server, which loses, delays, repeats and cuts off what the test tells it to. */
@NullMarked
package dev.mortise.testkit.proxy;

import org.jspecify.annotations.NullMarked;
