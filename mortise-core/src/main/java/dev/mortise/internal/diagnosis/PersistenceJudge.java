package dev.mortise.internal.diagnosis;

import java.util.Map;

/** What a restart of the server leaves of its locks. */
final class PersistenceJudge {
    private PersistenceJudge() {}

    /**
     * @param persistence section {@code persistence} of INFO
     * @param settings save, appendfsync and stop-writes-on-bgsave-error, as far as they are known
     */
    static void judge(InfoText persistence, Map<String, String> settings, Setup setup, ServerReport report) {
        failing(persistence, settings, report);
        boolean isLogged = persistence.number("aof_enabled").orElse(0) == 1;
        if (isLogged) {
            logged(settings, setup, report);
        } else {
            String save = settings.get("save");
            boolean hasSnapshots =
                    save == null ? persistence.number("rdb_last_save_time").orElse(0) > 0 : !save.isEmpty();
            notLogged(hasSnapshots, setup, report);
        }
    }

    private static void logged(Map<String, String> settings, Setup setup, ServerReport report) {
        String sync = settings.getOrDefault("appendfsync", "");
        if (sync.equals("always")) {
            report.info(
                    "persistence.aof",
                    "Every write is in a file before it is answered (appendfsync always): a restart forgets no lock");
        } else if (isCovered(setup)) {
            report.info(
                    "persistence.aof",
                    "A crash of the machine may forget " + window(sync) + "; the quiet period covers that");
        } else {
            report.info(
                    "persistence.aof",
                    "A crash of the machine may forget " + window(sync)
                            + ": a lock of that time can be granted again while its holder believes in it",
                    advice(setup));
        }
    }

    private static void notLogged(boolean hasSnapshots, Setup setup, ServerReport report) {
        String code = hasSnapshots ? "persistence.rdb" : "persistence.none";
        String what = hasSnapshots
                ? "A restart brings back the locks of the last snapshot (there is no append-only file) and forgets those that were"
                        + " granted since"
                : "A restart forgets all locks (there is neither a snapshot nor an append-only file)";
        if (isCovered(setup)) {
            report.info(code, what + "; the quiet period covers that");
        } else {
            report.warning(
                    code, what + ": a lock can be granted again while its former holder believes in it", advice(setup));
        }
    }

    private static void failing(InfoText persistence, Map<String, String> settings, ServerReport report) {
        boolean stops =
                settings.getOrDefault("stop-writes-on-bgsave-error", "yes").equals("yes");
        if (persistence.text("rdb_last_bgsave_status").orElse("ok").equals("err") && stops) {
            report.error(
                    "persistence.failing",
                    "The last snapshot could not be written, and the server takes no writes while that is so",
                    "Look at the disk and the log of the server");
        }
        if (persistence.text("aof_last_write_status").orElse("ok").equals("err")) {
            report.error(
                    "persistence.failing",
                    "The append-only file cannot be written, and the server takes no writes while that is so",
                    "Look at the disk and the log of the server");
        }
        if (persistence.number("loading").orElse(0) == 1) {
            report.error(
                    "persistence.loading",
                    "The server is loading its data and answers nothing else",
                    "Wait until it has");
        }
    }

    /** A quorum always keeps one: a node that may have forgotten gives no votes for so long. */
    private static boolean isCovered(Setup setup) {
        return setup.quietPeriod().compareTo(setup.lease()) >= 0;
    }

    private static String window(String sync) {
        return sync.equals("no")
                ? "what the system had not written yet (appendfsync no)"
                : "about the last second (appendfsync everysec)";
    }

    private static String advice(Setup setup) {
        return setup.isCluster()
                ? "Set appendonly yes and appendfsync always where that matters, and fence what the locks guard"
                : "Set quietPeriod to the longest lease, or appendonly yes and appendfsync always";
    }
}
