package dev.mortise.cli.run;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LockProvider;
import dev.mortise.LockTimeoutException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.WrongKindException;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.cli.exit.Secrets;
import dev.mortise.cli.signal.Signals;
import dev.mortise.cli.text.Printable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One command under a lock, or several: acquire, run, release. */
final class LockedRun {
    private final LockRequest request;
    private final String held; // for messages
    private final AcquireOptions options;
    private final Program program;
    private final KillTime times;
    private final @Nullable FenceFile fenceFile;
    private final PrintWriter err;
    private final SignalRelay relay = new SignalRelay(Thread.currentThread());

    LockedRun(
            LockRequest request,
            Program program,
            KillTime times,
            @Nullable FenceFile fenceFile,
            PrintWriter err,
            Signals signals) {
        this.request = request;
        this.held = "the lease of " + request.locks().describe();
        this.options = request.options();
        this.program = program;
        this.times = times;
        this.fenceFile = fenceFile;
        this.err = err;
        signals.handle(relay);
    }

    /** The exit code. */
    int run() {
        try (LockProvider client = request.open();
                Lease lease = request.locks().acquire(client, options)) {
            relay.throwIfSignalled();
            return under(lease);
        } catch (LockTimeoutException e) {
            throw new ExitException(ExitCode.BUSY, Busy.describe(e, Instant.now()));
        } catch (WrongKindException e) {
            throw new ExitException(
                    ExitCode.WRONG_KIND,
                    e.getMessage()
                            + "; m is a plain lock, rw one of --shared and --exclusive, s the semaphore of --of");
        } catch (LeaseLostException e) {
            say(held + " was lost before the command began: " + e.loss().detail());
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
        if (fenceFile != null) {
            fenceFile.write(lease, request.locks().names());
        }
        Child child = Child.start(
                program,
                Map.of(
                        "MORTISE_LOCK", String.join("\n", request.locks().names()),
                        "MORTISE_FENCE", Long.toString(lease.fencingToken()),
                        "MORTISE_LEASE", lease.id()));
        relay.passTo(child);
        Guard guard = new Guard(child, lease, times, why -> say("ending the command, as " + held + " " + why));
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
            say(held + " was lost before the command ended");
            return ExitCode.LOST;
        }
        if (outcome == ReleaseOutcome.UNKNOWN) {
            say("Redis did not confirm the release of " + request.locks().describe() + ": the lease ends by itself");
        }
        return code;
    }

    private void say(String line) {
        err.println(Printable.of(Secrets.hide("mortise run: " + line)));
    }
}
