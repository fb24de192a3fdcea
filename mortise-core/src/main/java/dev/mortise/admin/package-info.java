/** Looking into locks from outside, and ending a hold by force. For people and their tools, not for locking. */
@NullMarked
package dev.mortise.admin;

import org.jspecify.annotations.NullMarked;
