package dev.mortise.internal.script;

import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns messages of Mortise's scripts into calls. Anything else is dropped: anybody can publish. */
final class InboxParser implements ScriptRunner.Listener {
    private static final Logger log = LoggerFactory.getLogger(InboxParser.class);

    private final InboxListener inbox;

    /** From the moment that messages were known not to come until they do again. */
    private final AtomicBoolean isDeaf = new AtomicBoolean();

    /** Whether the server has confirmed once that messages will come. Once true stays true. */
    private volatile boolean heardOnce;

    InboxParser(InboxListener inbox) {
        this.inbox = inbox;
    }

    @Override
    public void message(String text) {
        String[] parts = text.split("\t", -1);
        try {
            if (parts[0].equals("g") && parts.length == 6) {
                inbox.granted(
                        Keys.decode(parts[5]),
                        parts[1],
                        Long.parseLong(parts[2]),
                        Long.parseLong(parts[3]),
                        Long.parseLong(parts[4]));
                return;
            }
            if (parts[0].equals("c") && parts.length == 2) {
                inbox.contended(Keys.decode(parts[1]));
                return;
            }
            if (parts[0].equals("n") && parts.length == 3) {
                inbox.nudged(Keys.decode(parts[2]), parts[1]);
                return;
            }
            if (parts[0].equals("d") && parts.length == 4) {
                inbox.survived(Keys.decode(parts[2]), parts[1], parts[3]);
                return;
            }
            if (parts[0].equals("f") && parts.length == 3) {
                inbox.forced(parts[1], parts[2]);
                return;
            }
            if (text.equals("p")) {
                // The server only wanted to know whether anybody listens.
                return;
            }
        } catch (IllegalArgumentException notOurs) {
            log.debug("A message on the inbox could not be read", notOurs);
            return;
        }
        log.debug("A message on the inbox is of no kind that this version knows");
    }

    boolean isDeaf() {
        return isDeaf.get();
    }

    /** Whether messages come, as far as is known. */
    boolean isHeard() {
        return heardOnce && !isDeaf.get();
    }

    /** @throws StoreException when the server has not confirmed yet that messages will come */
    void requireHeard() {
        if (!heardOnce) {
            throw new StoreException(Effect.UNKNOWN, "Redis did not confirm in time that messages will come", null);
        }
    }

    @Override
    public void subscribed() {
        heardOnce = true;
        isDeaf.set(false);
    }

    @Override
    public void unheard() {
        if (isDeaf.compareAndSet(false, true)) {
            inbox.deaf();
        }
    }

    @Override
    public void resubscribed() {
        heardOnce = true;
        isDeaf.set(false);
        inbox.reconnected();
    }
}
