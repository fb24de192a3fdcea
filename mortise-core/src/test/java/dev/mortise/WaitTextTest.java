package dev.mortise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a person reads of a wait, word by word. */
class WaitTextTest {
    private static final Instant AT = Instant.parse("2026-11-28T03:00:00Z");
    private static final ClientInfo BILLING = new ClientInfo("1a2b3c", "db1", 4711, "billing", "1.0", Optional.empty());
    private static final ClientInfo UNKNOWN = new ClientInfo("4d5e6f", "", 0, "", "", Optional.empty());

    @Test
    void of_a_wait_in_vain() {
        WaitReport report = new WaitReport(
                2,
                Optional.of(lock(
                        List.of(holder("worker-1", "nightly run")), List.of(waiter(1, "early"), waiter(3, "late")))),
                2,
                List.of(waiter(1, "early")),
                List.of());
        assertThat(new LockTimeoutException("orders", Duration.ofSeconds(5), report))
                .hasMessage("Lock 'orders' was not granted within 5000 ms; "
                        + "held by worker-1 on db1/4711 (billing) \"nightly run\" since 2026-11-28T03:00:00Z"
                        + " (lease ends in 21000 ms, token 7); "
                        + "own place in the queue 2, behind early on client 4d5e6f; 2 others wait");
    }

    @Test
    void of_a_holder_that_waits_itself() {
        WaitReport report = new WaitReport(
                1,
                Optional.of(lock(List.of(holder("worker-1", "")), List.of())),
                0,
                List.of(),
                List.of(
                        new HolderWait("worker-1", "more", BILLING, "orders", "stock", AT, List.of()),
                        new HolderWait("", "", UNKNOWN, "stock", "tax", AT, List.of(holder("worker-3", "works")))));
        assertThat(report.describe())
                .isEqualTo(
                        "held by worker-1 on db1/4711 (billing) since 2026-11-28T03:00:00Z (lease ends in 21000 ms, token 7); "
                                + "its holder worker-1 \"more\" on db1/4711 (billing) itself waits for lock 'stock' since"
                                + " 2026-11-28T03:00:00Z, held by an owner without a name on client 4d5e6f,"
                                + " which waits for lock 'tax' since 2026-11-28T03:00:00Z, held by worker-3 on db1/4711 (billing)"
                                + " \"works\" since 2026-11-28T03:00:00Z (lease ends in 21000 ms, token 7); "
                                + "own place in the queue 1; 0 others wait");
    }

    @Test
    void of_a_slow_wait() {
        LockEvent.SlowWait event = new LockEvent.SlowWait(
                "orders", LockKind.MUTEX, "worker-2", "report", Duration.ofSeconds(30), 3, WaitReport.unknown(0));
        assertThat(event.describe())
                .isEqualTo(
                        "Lock 'orders' was not granted to worker-2 \"report\" within 30000 ms so far, nor to 2 more here; "
                                + "its holder could not be asked for");
    }

    @Test
    void of_many_the_first_are_named() {
        List<LockInfo.Waiter> ahead = IntStream.rangeClosed(1, 1_000)
                .mapToObj(i -> waiter(i, "w" + i))
                .toList();
        List<LockInfo.Holder> readers = IntStream.rangeClosed(1, 1_000)
                .mapToObj(i -> holder("r" + i, ""))
                .toList();
        WaitReport report = new WaitReport(1_001, Optional.of(lock(readers, ahead)), 1_000, ahead, List.of());
        assertThat(report.describe())
                .contains(
                        "r3 on ",
                        " and 997 more; own place in the queue 1001, behind w1 on ",
                        "w3 on client 4d5e6f and 997 more")
                .doesNotContain("r4", "w4")
                .hasSizeLessThan(500);
    }

    @Test
    void of_more_than_are_known_the_others_are_counted() {
        LockInfo readers = new LockInfo(
                "orders",
                LockKind.READ_WRITE,
                1_000,
                40,
                List.of(holder("r1", ""), holder("r2", "")),
                List.of(waiter(1, "w1"), waiter(2, "w2")),
                7);
        WaitReport report = new WaitReport(800, Optional.of(readers), 1_999, readers.waiters(), List.of());
        assertThat(report.describe())
                .contains(
                        ", token 7), and others; own place in the queue 800, behind w1 on ",
                        "w2 on client 4d5e6f and 797 more")
                .endsWith("; 1999 others wait");
        LockInfo unknown = new LockInfo("orders", LockKind.READ_WRITE, 1_000, 40, List.of(), List.of(), 7);
        assertThat(new WaitReport(0, Optional.of(unknown), 1, List.of(), List.of()).describe())
                .isEqualTo("held by holders that are not known; 1 other waits");
    }

    @Test
    void an_exception_that_was_sent_elsewhere_still_has_its_text_and_place() throws Exception {
        WaitReport report = new WaitReport(4, Optional.of(lock(List.of(), List.of())), 0, List.of(), List.of());
        LockTimeoutException sent = new LockTimeoutException("a", Duration.ofSeconds(1), report);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sent);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            LockTimeoutException timeout = (LockTimeoutException) in.readObject();
            assertThat(timeout).hasMessage(sent.getMessage());
            assertThat(timeout.place()).isEqualTo(4);
            assertThat(timeout.info()).isEmpty();
            assertThat(timeout.chain()).isEmpty();
            assertThat(timeout.ahead()).isEmpty();
        }
    }

    private static LockInfo lock(List<LockInfo.Holder> holders, List<LockInfo.Waiter> waiters) {
        return new LockInfo("orders", LockKind.MUTEX, 1, 1, holders, waiters, 7);
    }

    private static LockInfo.Holder holder(String owner, String label) {
        return new LockInfo.Holder(owner, BILLING, label, AT, Optional.of(Duration.ofSeconds(21)), 7, 1);
    }

    private static LockInfo.Waiter waiter(int place, String owner) {
        return new LockInfo.Waiter(place, owner, UNKNOWN, "", AT, 1);
    }
}
