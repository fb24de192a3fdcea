package dev.mortise.internal.client;

import dev.mortise.LockInfo;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.internal.insight.HoldFinder;
import dev.mortise.internal.insight.LockInspector;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends holds because a person said so. Each method blocks until the store has answered, also while interrupted. Stateless. */
final class ForcedReleases {
    /*
     * Overview. To end the hold of a token, the record is read, and the hold found in it is named to the server by lease id and
     * first token. The server ends it only if it is still on record like that. A lease id is never used again, so that is the
     * same hold, whatever happened in between.
     */
    private static final Logger log = LoggerFactory.getLogger(ForcedReleases.class);

    /** How long a former holder can still learn why its lease is gone. */
    private static final long MEMORY_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /** Characters of a reason. */
    private static final int MAX_REASON = 128;

    /** Characters of the name of a host that a former holder is told. */
    private static final int MAX_HOST = 64;

    private final LockStore store;
    private final LockInspector inspector;
    private final HoldFinder finder;

    /** Who does it, as former holders are told. */
    private final String who;

    ForcedReleases(LockStore store, LockInspector inspector, HoldFinder finder, ClientRecord self) {
        this.store = store;
        this.inspector = inspector;
        this.finder = finder;
        this.who = describe(self);
    }

    /** Ends every hold; answers how many. */
    int all(String name, String reason) {
        checkReason(reason);
        int ended = Unavailable.unless(name, store.force(name, told(reason), MEMORY_MILLIS));
        log.warn("Lock '{}' was released by force, {} holds ended: {}", name, ended, reason);
        return ended;
    }

    /** Ends the hold that has this token, if there is one. */
    ForcedRelease one(String name, long token, String reason) {
        if (token < 1) {
            throw new IllegalArgumentException("fencingToken must be positive, was " + token);
        }
        checkReason(reason);
        LockRecord record = Unavailable.unless(name, store.inspect(name));
        LockRecord.Holder hold = finder.find(record, token).orElse(null);
        if (hold == null) {
            return refused(name, token);
        }
        LockInfo.Holder shown = describe(name, record, hold, token);
        int ended = Unavailable.unless(
                name,
                store.force(
                        name, Optional.of(new ExactHold(hold.leaseId(), hold.token())), told(reason), MEMORY_MILLIS));
        if (ended == 0) {
            return refused(name, token);
        }
        log.warn("The hold of lock '{}' with token {} was ended by force: {}", name, token, reason);
        return new ForcedRelease(name, token, Optional.of(shown), List.of());
    }

    private ForcedRelease refused(String name, long token) {
        List<LockInfo.Holder> holders =
                Unavailable.unless(name, inspector.inspect(name)).holders();
        return new ForcedRelease(name, token, Optional.empty(), holders);
    }

    /** As it is shown to people; of several leases on it here, that with the token. */
    private LockInfo.Holder describe(String name, LockRecord record, LockRecord.Holder hold, long token) {
        LockRecord alone =
                new LockRecord(record.shape(), record.nowMillis(), record.lastToken(), List.of(hold), List.of());
        List<LockInfo.Holder> shown =
                Unavailable.unless(name, inspector.describe(name, alone)).holders();
        return shown.stream()
                .filter(each -> each.fencingToken() == token)
                .findFirst()
                .orElseGet(() -> shown.get(0));
    }

    private String told(String reason) {
        return reason + " (by " + who + ")";
    }

    /** No control character, and at most some 150 characters. */
    private static String describe(ClientRecord self) {
        StringBuilder host = new StringBuilder();
        self.host().codePoints().limit(MAX_HOST).forEach(c -> host.appendCodePoint(isShown(c) ? c : '?'));
        return (self.name().isEmpty() ? "" : self.name() + " on ") + host + "/" + self.pid();
    }

    private static boolean isShown(int codePoint) {
        return !Character.isISOControl(codePoint) && Character.getType(codePoint) != Character.SURROGATE;
    }

    static void checkReason(String reason) {
        if (Objects.requireNonNull(reason, "reason").isBlank()) {
            throw new IllegalArgumentException("reason must not be blank");
        }
        if (reason.length() > MAX_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "reason must have at most " + MAX_REASON + " characters and no control characters");
        }
    }
}
