package dev.mortise.internal.diagnosis;

import dev.mortise.admin.Diagnosis.Finding;
import java.util.List;

/** What is looked for once when a client opens: settings under which locks can be lost. The rest is for who asks. */
public final class OpeningFindings {
    private OpeningFindings() {}

    /** Whether {@link #of} makes use of the settings of the server. */
    public static boolean asksSettings(InfoText info, Setup setup) {
        return ReplicationJudge.asksSettings(info, setup);
    }

    /**
     * What there is to warn of.
     *
     * @param info sections {@code memory} and {@code replication}
     * @param least min-replicas-to-write; "" = not known
     * @param lag min-replicas-max-lag; "" = not known
     */
    public static List<Finding> of(InfoText info, String least, String lag, Setup setup) {
        ServerReport report = new ServerReport("");
        MemoryJudge.eviction(info, report);
        ReplicationJudge.isolated(info, least, lag, setup, report);
        return report.findings();
    }
}
