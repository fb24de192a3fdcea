/** The operations as Lua scripts: their keys, arguments and replies. Knows no driver. */
@NullMarked
package dev.mortise.internal.script;

import org.jspecify.annotations.NullMarked;
