package dev.mortise.internal.script;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.WithdrawReply;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the scripts answer, as messages of the port. */
final class Replies {
    /** Every token is larger: they are microseconds since 1970. */
    private static final long LARGEST_CODE = 8;

    private Replies() {}

    static AcquireReply acquire(Object reply) {
        List<?> parts = reply instanceof Long ? List.of(reply) : list(reply);
        long first = number(parts.get(0));
        if (first > LARGEST_CODE) {
            return new AcquireReply.Granted(first, 0);
        }
        int code = (int) first;
        return switch (code) {
            case 1 -> new AcquireReply.Granted(number(parts.get(1)), number(parts.get(2)));
            case 2 ->
                new AcquireReply.Queued(
                        number(parts.get(1)),
                        number(parts.get(2)),
                        number(parts.get(3)),
                        number(parts.get(4)) == 1,
                        number(parts.get(5)));
            case 3 -> new AcquireReply.Busy(number(parts.get(1)) == 1);
            case 4 -> new AcquireReply.Quiet(number(parts.get(1)));
            case 5 -> new AcquireReply.Stale();
            case 6 -> new AcquireReply.WrongKind((String) parts.get(1));
            case 7 -> new AcquireReply.QueueFull(number(parts.get(1)));
            case 8 -> new AcquireReply.Conflict(Tags.decode((String) parts.get(1)));
            default -> throw unexpected("acquire code " + code);
        };
    }

    /** Only a grant has anything to be copied. */
    static AcquireReply acquire(ReplicatedReply copied, RequiredCopies wanted) {
        AcquireReply reply = acquire(copied.reply());
        return reply instanceof AcquireReply.Granted && !wanted.isReachedBy(copied.reached())
                ? new AcquireReply.NotCopied(copied.reached())
                : reply;
    }

    static VoteReply vote(Object reply) {
        List<?> parts = list(reply);
        int code = (int) number(parts.get(0));
        return switch (code) {
            case 1 -> new VoteReply.Given(number(parts.get(1)));
            case 2 -> new VoteReply.Outbid(number(parts.get(1)));
            case 3 -> new VoteReply.Held(number(parts.get(1)), number(parts.get(2)) == 1);
            case 4 -> new VoteReply.Quiet(number(parts.get(1)));
            case 5 -> new VoteReply.Stale();
            case 6 -> new VoteReply.WrongKind((String) parts.get(1));
            case 7 -> new VoteReply.QueueFull(number(parts.get(1)));
            default -> throw unexpected("vote code " + code);
        };
    }

    static Optional<List<Long>> acquireAll(Object reply) {
        List<Long> tokens = list(reply).stream().map(Replies::number).toList();
        return tokens.isEmpty() ? Optional.empty() : Optional.of(tokens);
    }

    /** A character each; where that does not tell all, the rest follows. */
    static List<RenewReply> renew(Object reply) {
        Iterator<?> parts = list(reply).iterator();
        String codes = (String) parts.next();
        List<RenewReply> replies = new ArrayList<>(codes.length());
        for (int i = 0; i < codes.length(); i++) {
            replies.add(
                    switch (codes.charAt(i)) {
                        case '0' -> new RenewReply.Lost();
                        case '1' -> new RenewReply.Renewed(false);
                        case '2' -> new RenewReply.Renewed(true);
                        case '-' -> notRenewed(parts.next());
                        default -> throw unexpected("renew codes " + codes);
                    });
        }
        return replies;
    }

    private static RenewReply notRenewed(Object reply) {
        return reply instanceof List<?> failed
                ? new RenewReply.Unknown(ScriptError.describe((String) failed.get(0)))
                : new RenewReply.Forced((String) reply);
    }

    static WithdrawReply withdraw(Object reply) {
        return switch ((int) number(reply)) {
            case 0 -> WithdrawReply.UNKNOWN;
            case 1 -> WithdrawReply.WAITING;
            case 2 -> WithdrawReply.GRANTED;
            default -> throw unexpected("withdraw code " + reply);
        };
    }

    static Optional<Long> adopt(Object reply) {
        List<?> parts = list(reply);
        return number(parts.get(0)) == 1 ? Optional.of(number(parts.get(1))) : Optional.empty();
    }

    static Optional<Reserved> reserved(Object reply) {
        List<?> parts = list(reply);
        return number(parts.get(0)) == 1
                ? Optional.of(new Reserved(number(parts.get(1)), number(parts.get(2))))
                : Optional.empty();
    }

    static Optional<ClientRecord> client(String id, Map<String, String> fields) {
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ClientRecord(
                id,
                fields.getOrDefault("host", ""),
                Long.parseLong(fields.getOrDefault("pid", "0")),
                fields.getOrDefault("name", ""),
                fields.getOrDefault("version", ""),
                Long.parseLong(fields.getOrDefault("started", "0"))));
    }

    /** Field, value, field, value, … */
    static void fields(List<?> parts, Map<String, String> into) {
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            into.put((String) parts.get(i), (String) parts.get(i + 1));
        }
    }

    /** A number; drivers may show a reply that is just a number as a list of one. */
    static long number(@Nullable Object reply) {
        if (reply instanceof Long number) {
            return number;
        }
        if (reply instanceof List<?> list && list.size() == 1 && list.get(0) instanceof Long number) {
            return number;
        }
        throw unexpected(String.valueOf(reply));
    }

    static boolean isOne(@Nullable Object reply) {
        return number(reply) == 1;
    }

    static List<?> list(@Nullable Object reply) {
        if (reply instanceof List<?> list) {
            return list;
        }
        throw unexpected(String.valueOf(reply));
    }

    private static StoreException unexpected(String what) {
        return new StoreException(
                Effect.UNKNOWN, "the server answered something no script of ours says: " + what, null);
    }
}
