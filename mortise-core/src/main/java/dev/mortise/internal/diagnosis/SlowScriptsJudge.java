package dev.mortise.internal.diagnosis;

import dev.mortise.internal.diagnosis.ServerProbe.SlowCommand;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Commands that took long on the server: scripts of this library, and what others do, which locks wait behind. */
final class SlowScriptsJudge {
    private static final long MICROS = 1_000;

    /** The server keeps what was slow until it is pushed out: what is older says nothing about now. */
    private static final long LATELY = 3_600;

    private SlowScriptsJudge() {}

    /**
     * @param names of our scripts, by digest
     */
    static void judge(List<SlowCommand> commands, Map<String, String> names, Setup setup, ServerReport report) {
        Map<String, Slow> ours = new TreeMap<>();
        Map<String, Slow> others = new TreeMap<>();
        for (SlowCommand command : commands) {
            if (command.words().isEmpty() || command.ageSeconds() > LATELY) {
                continue;
            }
            String verb = command.words().get(0).toUpperCase(Locale.ROOT);
            String script = verb.equals("EVALSHA") && command.words().size() > 1
                    ? names.get(command.words().get(1).toLowerCase(Locale.ROOT))
                    : null;
            if (script == null) {
                others.merge(verb, new Slow(1, command.micros()), Slow::and);
            } else {
                ours.merge(script, new Slow(1, command.micros()), Slow::and);
            }
        }
        ours.forEach(
                (script, slow) -> report.warning(
                        "slow.scripts",
                        "The script " + script + " was slow " + slow.describe(),
                        "Look at the load of the server: what a script does is bounded, and takes a fraction of a millisecond"));
        long patience = setup.commandTimeout().toMillis() * MICROS;
        others.forEach((verb, slow) -> {
            if (slow.longest() >= patience / 2) {
                report.warning(
                        "slow.commands",
                        "The command " + verb + " of another client was slow " + slow.describe()
                                + ": locks wait behind it, and answers may come later than the command time-out ("
                                + setup.commandTimeout() + ")",
                        "Let locks have a server of their own, or split that command");
            }
        });
    }

    /** How often, and how long at most, µs. */
    private record Slow(int times, long longest) {
        Slow and(Slow other) {
            return new Slow(times + other.times, Math.max(longest, other.longest));
        }

        String describe() {
            return times + (times == 1 ? " time" : " times") + " in the last hour, " + longest / MICROS + "."
                    + longest % MICROS / 100 + " ms at most";
        }
    }
}
