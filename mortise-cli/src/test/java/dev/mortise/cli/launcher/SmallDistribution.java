package dev.mortise.cli.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;

/** The launcher as it is, with a jar whose command says how it was started: quick to start, and to make an archive of. */
final class SmallDistribution {
    private static final String MAIN = """
            package dev.mortise.cli;
            public class Main {
                public static void main(String[] args) {
                    if (args.length == 1 && args[0].equals("warm")) {
                        return;
                    }
                    System.out.println("java " + System.getProperty("java.home"));
                    System.out.println("archive " + System.getProperty("mortise.archive"));
                    for (String arg : args) {
                        System.out.println("<" + arg + ">");
                    }
                }
            }
            """;

    /** In it are bin and lib. */
    private final Path home;

    private SmallDistribution(Path home) {
        this.home = home;
    }

    /** Compiles the command, once for all distributions. */
    static Path jar(Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("Main.java"), MAIN);
        int code = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", directory.toString(), source.toString());
        if (code != 0) {
            throw new IllegalStateException("javac: " + code);
        }
        Path jar = directory.resolve("mortise.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest())) {
            entries.putNextEntry(new JarEntry("dev/mortise/cli/Main.class"));
            entries.write(Files.readAllBytes(directory.resolve("dev/mortise/cli/Main.class")));
        }
        return jar;
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.mortise.cli.Main");
        return manifest;
    }

    static SmallDistribution at(Path home, Path jar) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Path launcher = Files.copy(Path.of("..", "mortise"), home.resolve("bin").resolve("mortise"));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(jar, home.resolve("lib").resolve("mortise.jar"));
        return new SmallDistribution(home);
    }

    Path lib() {
        return home.resolve("lib");
    }

    Path launcher() {
        return home.resolve("bin").resolve("mortise");
    }

    /** All archives in that directory or below. */
    static List<Path> archives(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }

    /** Starts a command with nothing but this in its environment, and a PATH; reads all that it says. */
    static Started start(Path directory, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).directory(directory.toFile());
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().putAll(environment);
        return new Started(builder.redirectErrorStream(true).start());
    }

    /** A process whose output is read when it has ended. */
    record Started(Process process) {
        /** Its output and errors, and its exit code where that is not 0. */
        String end() throws IOException, InterruptedException {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            return code == 0 ? said : said + "exit " + code;
        }
    }
}
