package dev.mortise.faults.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** C1. The register accepts no lower token after a higher one, loses no update, and knows one lease by each token. */
final class FencedRegister implements Checker {
    @Override
    public String rule() {
        return "C1 fenced register: tokens never go down, no update is lost, one lease a token";
    }

    @Override
    public List<String> violations(History history) {
        List<String> found = new ArrayList<>();
        Map<String, RegisterEntry> last = new HashMap<>();
        Map<String, String> leases = new HashMap<>();
        Map<String, Long> tokens = new HashMap<>();
        for (RegisterEntry entry : history.register()) {
            RegisterEntry before = last.put(entry.lock(), entry);
            if (before != null && entry.token() < before.token()) {
                found.add(entry.lock() + ": token " + entry.token() + " accepted after " + before.token());
            }
            long expected = (before == null ? 0 : before.value()) + (entry.write() ? 1 : 0);
            if (entry.value() != expected) {
                found.add(entry.lock() + ": value " + entry.value() + " where " + expected + " was due, token "
                        + entry.token());
            }
            pair(entry.lock(), entry.token(), entry.leaseId(), leases, tokens, found);
        }
        for (RecordedHold hold : history.holds()) {
            pair(hold.lock(), hold.token(), hold.leaseId(), leases, tokens, found);
        }
        return found;
    }

    private static void pair(
            String lock,
            long token,
            String leaseId,
            Map<String, String> leases,
            Map<String, Long> tokens,
            List<String> found) {
        String other = leases.putIfAbsent(lock + " " + token, leaseId);
        if (other != null && !other.equals(leaseId)) {
            found.add(lock + ": token " + token + " was given to lease " + other + " and to lease " + leaseId);
        }
        Long known = tokens.putIfAbsent(leaseId, token);
        if (known != null && known != token) {
            found.add(lock + ": lease " + leaseId + " has token " + known + " and token " + token);
        }
    }
}
