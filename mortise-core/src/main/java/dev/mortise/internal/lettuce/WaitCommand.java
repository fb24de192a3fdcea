package dev.mortise.internal.lettuce;

import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** WAIT and WAITAOF: what was written on this very connection before is copied, or the time is over. */
final class WaitCommand {
    private static final Pattern VERSION = Pattern.compile("(?m)^(redis|valkey)_version:(\\S+)");

    private WaitCommand() {}

    static CompletableFuture<ReachedCopies> on(
            RedisAsyncCommands<String, String> commands, RequiredCopies wanted, long millis) {
        CompletableFuture<ReachedCopies> reached = wanted.aof()
                ? forFiles(commands, wanted, millis)
                : commands.waitForReplication(wanted.replicas(), millis)
                        .toCompletableFuture()
                        .thenApply(replicas -> new ReachedCopies(0, Math.toIntExact(replicas)));
        return reached.exceptionallyCompose(failure -> explained(commands, failure));
    }

    private static CompletableFuture<ReachedCopies> forFiles(
            RedisAsyncCommands<String, String> commands, RequiredCopies wanted, long millis) {
        CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8)
                .add(wanted.local())
                .add(wanted.replicas())
                .add(millis);
        return commands.dispatch(Keyword.WAITAOF, new ArrayOutput<>(StringCodec.UTF8), args)
                .toCompletableFuture()
                .thenApply(counts -> new ReachedCopies(count(counts, 0), count(counts, 1)));
    }

    private static int count(List<Object> counts, int index) {
        return counts.get(index) instanceof Long count ? Math.toIntExact(count) : 0;
    }

    /** An answer that will always be the same says what is missing; anything else stays as it is. */
    private static CompletableFuture<ReachedCopies> explained(
            RedisAsyncCommands<String, String> commands, Throwable failure) {
        Throwable cause = Failures.unwrap(failure);
        String message = String.valueOf(cause.getMessage());
        if (!(cause instanceof RedisCommandExecutionException)) {
            return CompletableFuture.failedFuture(cause);
        }
        if (!message.toLowerCase(Locale.ROOT).contains("unknown command")) {
            StoreException known = Failures.classify(cause);
            return CompletableFuture.failedFuture(
                    known.effect() == Effect.UNKNOWN
                            ? new StoreException(Effect.REFUSED, "Redis answered: " + message, cause)
                            : known);
        }
        return commands.info("server")
                .toCompletableFuture()
                .handle((info, unknown) -> unknown == null ? version(info) : "of an unknown version")
                .thenCompose(version -> CompletableFuture.failedFuture(new StoreException(
                        Effect.REFUSED,
                        "append-only files are waited for by WAITAOF, which takes Redis 7.2 or later, or Valkey; the server is "
                                + version,
                        cause)));
    }

    private static String version(String info) {
        Matcher versions = VERSION.matcher(info);
        String version = "of an unknown version";
        while (versions.find()) {
            version = (versions.group(1).equals("redis") ? "Redis " : "Valkey ") + versions.group(2);
        }
        return version;
    }

    /** What the driver has no method for. */
    @SuppressWarnings("deprecation") // older drivers ask for the name
    private enum Keyword implements ProtocolKeyword {
        WAITAOF;

        @Override
        public byte[] getBytes() {
            return "WAITAOF".getBytes(StandardCharsets.US_ASCII);
        }
    }
}
