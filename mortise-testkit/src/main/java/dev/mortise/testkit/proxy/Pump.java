package dev.mortise.testkit.proxy;

import dev.mortise.testkit.resp.RespFrames;
import java.io.IOException;
import java.io.InputStream;

/** Reads one direction of one connection, frame by frame, until it ends. Runs on a thread of its own. */
final class Pump implements Runnable {
    private final InputStream in;
    private final RespFrames frames;
    private final OnFrame onFrame;
    private final Lane.OnEnd onEnd;

    Pump(InputStream in, RespFrames frames, OnFrame onFrame, Lane.OnEnd onEnd) {
        this.in = in;
        this.frames = frames;
        this.onFrame = onFrame;
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        Close how = Close.RST;
        try {
            byte[] chunk = new byte[16 * 1024];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                frames.add(chunk, 0, count);
                for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
                    onFrame.frame(frame);
                }
            }
            how = Close.FIN;
        } catch (IOException e) {
            // reset, or closed here, or not RESP: it cannot go on
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            onEnd.end(how);
        }
    }

    /** What happens with a frame. */
    interface OnFrame {
        void frame(byte[] frame) throws InterruptedException;
    }
}
