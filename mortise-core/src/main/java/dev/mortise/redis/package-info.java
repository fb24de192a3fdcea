/** Entry points: clients for Redis and Valkey. The only exported package that names the driver. */
@NullMarked
package dev.mortise.redis;

import org.jspecify.annotations.NullMarked;
