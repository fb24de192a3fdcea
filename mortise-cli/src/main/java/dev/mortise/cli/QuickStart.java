package dev.mortise.cli;

import java.util.Map;

/**
 * Settings of libraries under which a short run costs less CPU time. They are read once, when the classes that read them are loaded,
 * so this comes first. What is set already, as by {@code MORTISE_JAVA_OPTS}, stays.
 */
final class QuickStart {
    private static final Map<String, String> SETTINGS = Map.of(
            // Lettuce's events for Java Flight Recorder: the JVM would get that ready at each start.
            "io.lettuce.core.jfr", "false",
            // Buffers live for milliseconds: neither pools of them nor a watch over them pay.
            "io.netty.allocator.type", "unpooled",
            "io.netty.leakDetection.level", "disabled",
            // Part of the id of a connection in Netty's logs; else it is looked for in all network interfaces.
            "io.netty.machineId", "02:00:00:00:00:00:00:01",
            // As many selectors as a host has processors, of which two are used.
            "io.netty.eventLoopThreads", "2",
            "slf4j.provider", "org.slf4j.simple.SimpleServiceProvider",
            // Else it says on the standard error output that the line above counts.
            "slf4j.internal.verbosity", "WARN");

    private QuickStart() {}

    static void prepare() {
        SETTINGS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
    }
}
