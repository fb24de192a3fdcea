/** The contracts on each deployment, and what is special about it. */
@NullMarked
package dev.mortise.tests.deployments;

import org.jspecify.annotations.NullMarked;
