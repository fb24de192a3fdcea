package dev.mortise.internal.script;

import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the user of a client may do what the scripts do, and the server knows those commands: asked once, before anything is
 * done, and without writing.
 */
public final class Rights {
    private static final Logger log = LoggerFactory.getLogger(Rights.class);

    private final Keys keys;
    private final QuietMarker quiet;
    private final String user;

    /** @param user as whom the client logs in; empty when that is not known */
    public Rights(Keys keys, QuietMarker quiet, String user) {
        this.keys = keys;
        this.quiet = quiet;
        this.user = user;
    }

    /**
     * Refuses, naming each right, when some are missing, and when the server is too old to be asked. Fails as the question did
     * when that got no answer. Other errors are left to what is asked next.
     */
    public CompletableFuture<Void> check(ScriptRunner runner) {
        List<String> args = List.of(keys.inbox(""), quiet.isKept() ? "1" : "0");
        CompletableFuture<Found> bySource = found(runner.runBySource(Script.RIGHTS, List.of(keys.lock("")), args));
        CompletableFuture<Found> byDigest = found(runner.run(Script.RIGHTS, List.of(keys.client("")), args));
        return bySource.thenCombine(byDigest, (one, other) -> {
            Set<Denial> all = new LinkedHashSet<>(one.denied);
            all.addAll(other.denied);
            if (!all.isEmpty()) {
                throw new StoreException(Effect.REFUSED, describe(all), null);
            }
            one.requireAnswer();
            other.requireAnswer();
            return null;
        });
    }

    /** A failure's message; where it is about a right, what to do about it. */
    public String explain(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        Optional<Denial> denial = Denial.of(message, "", keys)
                .filter(known -> known.isUnknownCommand() || known.rule().length() > 1);
        return denial.map(missing -> describe(List.of(missing))).orElse(message);
    }

    private CompletableFuture<Found> found(CompletableFuture<Object> answer) {
        return answer.handle((reply, failure) -> failure == null ? inside(Replies.list(reply)) : outside(failure));
    }

    private Found inside(List<?> errors) {
        Set<Denial> denied = new LinkedHashSet<>();
        for (int i = 0; i + 1 < errors.size(); i += 2) {
            Denial.of((String) errors.get(i + 1), (String) errors.get(i), keys).ifPresent(denied::add);
        }
        return new Found(denied, null);
    }

    private Found outside(Throwable failure) {
        String message = ScriptError.message(failure);
        if (message.contains("unexpected symbol near '#'")) {
            throw new StoreException(
                    Effect.REFUSED, "the server is too old: it takes Redis 7.0 or later, or Valkey", failure);
        }
        Optional<Denial> denial = Denial.of(message, "EVAL", keys);
        if (denial.isPresent()) {
            return new Found(Set.of(denial.get()), null);
        }
        log.debug("It is not known whether rights are missing", failure);
        return new Found(Set.of(), ScriptError.isAnswer(failure) ? null : Failure.of(failure));
    }

    private String describe(Collection<Denial> denials) {
        List<String> what = new ArrayList<>();
        List<Denial> rights =
                denials.stream().filter(denial -> !denial.isUnknownCommand()).toList();
        List<Denial> unknown = denials.stream().filter(Denial::isUnknownCommand).toList();
        if (!rights.isEmpty()) {
            what.add(describeRights(rights));
        }
        if (!unknown.isEmpty()) {
            what.add("the server does not know what is needed: " + named(unknown)
                    + " (renamed or switched off there, or not passed on by a proxy: docs/guide/security.md)");
        }
        return String.join("; ", what);
    }

    private String describeRights(List<Denial> denials) {
        String who = user.isEmpty() ? "the Redis user" : "the Redis user '" + user + "'";
        List<String> fix = new ArrayList<>(List.of("ACL SETUSER", user.isEmpty() ? "<name>" : user));
        denials.forEach(denial -> fix.add(denial.rule()));
        return who + " lacks rights: " + named(denials) + ". What gives them: " + String.join(" ", fix)
                + " (all that is needed: docs/guide/security.md)";
    }

    private static String named(List<Denial> denials) {
        return denials.stream().map(Denial::right).collect(Collectors.joining(", "));
    }

    /**
     * What one way of asking has shown.
     *
     * @param unanswered why there was no answer; null when there was one
     */
    private record Found(Set<Denial> denied, @Nullable StoreException unanswered) {
        void requireAnswer() {
            if (unanswered != null) {
                throw unanswered;
            }
        }
    }
}
