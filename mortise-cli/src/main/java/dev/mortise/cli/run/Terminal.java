package dev.mortise.cli.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether Ctrl-C at a terminal reaches this process, and so the command as well, which is in the same process group. To
 * pass it on would make two of it, and to many programs a second one means "at once, without cleaning up".
 */
final class Terminal {
    /** Of /proc/self/stat, counted from behind the name, which may hold blanks. */
    private static final int GROUP = 2;

    private static final int FOREGROUND_GROUP = 5;

    private Terminal() {}

    static boolean isInForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[GROUP].equals(fields[FOREGROUND_GROUP]);
        } catch (IOException e) {
            return askPs();
        }
    }

    private static boolean askPs() {
        try {
            Process ps = new ProcessBuilder(
                            "ps",
                            "-o",
                            "pgid=,tpgid=",
                            "-p",
                            Long.toString(ProcessHandle.current().pid()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] groups = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split("\\s+");
            return groups.length == 2 && groups[0].equals(groups[1]);
        } catch (IOException e) {
            return false;
        }
    }
}
