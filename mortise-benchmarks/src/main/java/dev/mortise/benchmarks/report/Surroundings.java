package dev.mortise.benchmarks.report;

import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.redisson.Redisson;
import org.springframework.integration.redis.util.RedisLockRegistry;

/** Where and with what a run was made. */
public final class Surroundings {
    private Surroundings() {}

    public static Map<String, String> machine() {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("architecture", System.getProperty("os.arch"));
        machine.put("processor", processor());
        machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        machine.put("load at the start", String.format(Locale.ROOT, "%.2f", load));
        return machine;
    }

    /** The version of Mortise is what the system property {@code mortise.version} says. */
    public static Map<String, String> versions(String redis) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        versions.put("Redis", redis);
        versions.put("Mortise", System.getProperty("mortise.version", "unknown"));
        versions.put("Redisson", version(Redisson.class, "org.redisson/redisson"));
        versions.put(
                "Spring Integration",
                version(RedisLockRegistry.class, "org.springframework.integration/spring-integration-redis"));
        versions.put("Lettuce", version(RedisClient.class, "io.lettuce/lettuce-core"));
        return versions;
    }

    private static String version(Class<?> type, String artifact) {
        String resource = "/META-INF/maven/" + artifact + "/pom.properties";
        try (InputStream in = type.getResourceAsStream(resource)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            String known = Objects.requireNonNullElse(type.getPackage().getImplementationVersion(), "unknown");
            return properties.getProperty("version", known);
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
