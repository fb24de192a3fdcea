package dev.mortise.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * What tells two leases apart on the protected side. Not the lease id itself: whoever knows that can release the lease,
 * and the protected side, its logs and its readers need not be able to.
 */
final class FenceMark {
    private static final int BYTES = 16;

    private FenceMark() {}

    static String of(String leaseId) {
        if (Objects.requireNonNull(leaseId, "leaseId").isEmpty()) {
            throw new IllegalArgumentException("leaseId must not be empty");
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(leaseId.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    static String token(long fencingToken) {
        if (fencingToken < 1) {
            throw new IllegalArgumentException("fencingToken must be at least 1, was " + fencingToken);
        }
        return Long.toString(fencingToken);
    }
}
