package dev.mortise.cli.run;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockProvider;
import dev.mortise.ReleaseOutcome;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.cli.exit.Secrets;
import dev.mortise.cli.signal.Signals;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;

/** One command under one lock: acquire, run, release. */
final class LockedRun {
    private final LockRequest request;
    private final AcquireOptions options;
    private final Program program;
    private final KillTime times;
    private final PrintWriter err;
    private final SignalRelay relay = new SignalRelay(Thread.currentThread());

    LockedRun(LockRequest request, Program program, KillTime times, PrintWriter err, Signals signals) {
        this.request = request;
        this.options = request.options();
        this.program = program;
        this.times = times;
        this.err = err;
        signals.handle(relay);
    }

    /** The exit code. */
    int run() {
        try (LockProvider mortise = request.open();
                Lease lease = mortise.lock(request.name()).acquire(options)) {
            relay.throwIfSignalled();
            return under(lease);
        } catch (LockTimeoutException e) {
            throw new ExitException(ExitCode.BUSY, Busy.describe(request.name(), e, Instant.now()));
        } catch (LeaseLostException e) {
            say("lock '" + request.name() + "' was lost before the command began: "
                    + e.loss().detail());
            return ExitCode.LOST;
        } catch (InterruptedException e) {
            return relay.exitCode();
        } catch (RuntimeException e) {
            // A signal breaks off the connecting, too.
            if (relay.isSignalled()) {
                return relay.exitCode();
            }
            throw e;
        }
    }

    private int under(Lease lease) {
        // What was granted after a wait may be worth little until it is confirmed.
        lease.ensure(request.hold().dividedBy(2));
        Child child = Child.start(
                program,
                Map.of(
                        "MORTISE_LOCK", lease.lockName(),
                        "MORTISE_FENCE", Long.toString(lease.fencingToken()),
                        "MORTISE_LEASE", lease.id()));
        relay.passTo(child);
        Guard guard = new Guard(
                child, lease, times, why -> say("ending the command, as lock '" + request.name() + "' " + why));
        guard.start();
        int code = child.await();
        if (guard.isEnding()) {
            guard.await();
            return ExitCode.LOST;
        }
        return released(lease, code);
    }

    private int released(Lease lease, int code) {
        ReleaseOutcome outcome = lease.release();
        if (outcome == ReleaseOutcome.LOST) {
            say("lock '" + request.name() + "' was lost before the command ended");
            return ExitCode.LOST;
        }
        if (outcome == ReleaseOutcome.UNKNOWN) {
            say("Redis did not confirm the release of lock '" + request.name() + "'; its lease ends by itself");
        }
        return code;
    }

    private void say(String line) {
        err.println("mortise run: " + Secrets.hide(line));
    }
}
