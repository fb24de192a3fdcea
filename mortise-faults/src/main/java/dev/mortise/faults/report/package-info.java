/** What a run showed, for people and programs. */
@NullMarked
package dev.mortise.faults.report;

import org.jspecify.annotations.NullMarked;
