package dev.mortise.testkit.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is under way in one direction of one connection: written in order, each frame not before its time. When much is
 * under way, {@link #put} blocks, so that a sender feels a slow or held receiver. Thread-safe; {@link #run} is the one
 * writer.
 */
final class Lane implements Runnable {
    private static final long MAX_BYTES = 1 << 20;

    private final Direction direction;
    private final Switches switches;
    private final OutputStream out;
    private final OnEnd onEnd;

    // The fields below: guarded by this.
    private final Queue<Item> items = new ArrayDeque<>();
    private long bytes;
    private boolean stopped; // once true stays true

    Lane(Direction direction, Switches switches, OutputStream out, OnEnd onEnd) {
        this.direction = direction;
        this.switches = switches;
        this.out = out;
        this.onEnd = onEnd;
    }

    /** Sends a frame. Blocks while too much is under way. */
    synchronized void put(byte[] frame) throws InterruptedException {
        while (bytes > MAX_BYTES && !stopped) {
            wait();
        }
        add(new Item(System.nanoTime() + switches.delayNanos(direction), frame, null));
    }

    /** After everything that is under way, this direction ends. */
    synchronized void end(Close how) {
        add(new Item(System.nanoTime() + switches.delayNanos(direction), new byte[0], how));
    }

    /** What is under way is lost, and nothing is sent any more. */
    synchronized void stop() {
        stopped = true;
        items.clear();
        notifyAll();
    }

    /** A switch has changed. */
    synchronized void wake() {
        notifyAll();
    }

    @Override
    public void run() {
        try {
            for (Item item = take(); item != null; item = take()) {
                if (item.end != null) {
                    onEnd.end(item.end);
                    return;
                }
                out.write(item.frame);
            }
        } catch (IOException e) {
            // the receiver is gone, which the thread that reads from it finds out as well
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stop();
        }
    }

    private void add(Item item) {
        if (!stopped) {
            items.add(item);
            bytes += item.frame.length;
            notifyAll();
        }
    }

    /** The next item, when its time has come; null when stopped. */
    private synchronized @Nullable Item take() throws InterruptedException {
        while (!stopped) {
            Item head = items.peek();
            if (head == null || switches.isHeld(direction)) {
                wait();
                continue;
            }
            long left = head.dueNanos - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                continue;
            }
            items.remove();
            bytes -= head.frame.length;
            notifyAll();
            return head;
        }
        return null;
    }

    /** What happens at the end of the stream. */
    interface OnEnd {
        void end(Close how);
    }

    private static final class Item {
        private final long dueNanos;
        private final byte[] frame;
        private final @Nullable Close end;

        Item(long dueNanos, byte[] frame, @Nullable Close end) {
            this.dueNanos = dueNanos;
            this.frame = frame;
            this.end = end;
        }
    }
}
