package dev.mortise.cli.demo.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.cli.demo.deadlock.TransferReport.Kind;
import org.junit.jupiter.api.Test;

class TransferReportTest {
    @Test
    void what_is_told_is_heard() {
        TransferReport report = new TransferReport(Kind.VICTIM, 17, "Lock 'a' is waited for: by  b");
        assertThat(TransferReport.decode(report.encode())).isEqualTo(report);
        TransferReport without = new TransferReport(Kind.WAITS, -3, "");
        assertThat(TransferReport.decode(without.encode())).isEqualTo(without);
    }

    @Test
    void it_is_one_line() {
        assertThat(new TransferReport(Kind.VICTIM, 17, "a\nb").encode()).isEqualTo("VICTIM 17 a b");
    }
}
