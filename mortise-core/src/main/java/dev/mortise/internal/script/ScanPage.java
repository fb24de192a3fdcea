package dev.mortise.internal.script;

import java.util.List;

/**
 * Some of the keys of a server, or of several.
 *
 * @param next where to go on; "" = these were the last
 */
public record ScanPage(List<String> keys, String next) {}
