package dev.mortise.cli.manual;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of one user go, without rights of others.
 *
 * @param bash where bash-completion looks
 * @param zsh to be named in {@code fpath}
 * @param man where man(1) looks
 */
public record UserPlaces(Path bash, Path zsh, Path man) {
    /** As the environment says: XDG_DATA_HOME, or .local/share in HOME, and BASH_COMPLETION_USER_DIR. */
    public static UserPlaces of(Map<String, String> environment, String home) {
        Path data = absolute(environment, "XDG_DATA_HOME")
                .orElseGet(() -> Path.of(environment.getOrDefault("HOME", home), ".local", "share"));
        Path bash = absolute(environment, "BASH_COMPLETION_USER_DIR").orElseGet(() -> data.resolve("bash-completion"));
        return new UserPlaces(
                bash.resolve("completions"),
                data.resolve("zsh").resolve("site-functions"),
                data.resolve("man").resolve("man1"));
    }

    /**
     * The files with what is in them.
     *
     * @param name of the command
     */
    public Map<Path, String> files(String name, String bashScript, String zshScript, Map<String, String> manualPages) {
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(bash.resolve(name), bashScript);
        files.put(zsh.resolve("_" + name), zshScript);
        manualPages.forEach((file, text) -> files.put(man.resolve(file), text));
        return files;
    }

    /** A path that is not absolute is to be ignored, as the standard of these variables says. */
    private static Optional<Path> absolute(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(path -> path.startsWith("/"))
                .map(Path::of);
    }
}
