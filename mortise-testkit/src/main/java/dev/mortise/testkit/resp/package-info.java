/** The wire protocol of Redis, as far as tests and the fault proxy need it: frames, values, a small client. */
@NullMarked
package dev.mortise.testkit.resp;

import org.jspecify.annotations.NullMarked;
