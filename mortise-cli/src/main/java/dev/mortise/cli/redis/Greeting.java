package dev.mortise.cli.redis;

import java.util.Map;

/** What a person reads when the server is up. Never holds the password. */
final class Greeting {
    private Greeting() {}

    static String of(Map<String, String> server, String host, int port, boolean password) {
        String uri = "redis://" + host + ":" + port;
        String version = server.getOrDefault("redis_version", "");
        String use = password ? """
                  The clients need the password. Put redis://:PASSWORD@%s:%d into a file that only you can read:
                    mortise run NAME --redis-file FILE -- COMMAND
                  """.formatted(host, port) : """
                  In another terminal:
                    mortise run NAME --redis %s -- COMMAND
                  In Java:
                    Mortise mortise = RedisMortise.connect("%s");
                  """.formatted(uri, uri);
        return "Redis " + version + " is ready at " + uri + "\n\n" + use + "\nIt keeps no data. Ctrl-C stops it.";
    }
}
