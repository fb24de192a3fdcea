package dev.mortise.benchmarks.measure;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Durations, in ns, to three digits and up to a minute. Not thread-safe. */
public final class Latencies {
    private static final long MOST = TimeUnit.MINUTES.toNanos(1);

    private final Histogram histogram = new Histogram(MOST, 3);

    public void record(long nanos) {
        histogram.recordValue(Math.min(MOST, Math.max(0, nanos)));
    }

    public long count() {
        return histogram.getTotalCount();
    }

    /** In us; 0 when nothing was recorded. */
    public double percentile(double percent) {
        return histogram.getValueAtPercentile(percent) / 1e3;
    }

    public void add(Latencies others) {
        histogram.add(others.histogram);
    }

    /** One line of text. */
    public String encode() {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.flip();
        buffer.get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * The reverse of {@link #encode}.
     *
     * @throws IllegalArgumentException when the text was not made by {@link #encode}
     */
    public static Latencies decode(String text) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(text));
            Latencies latencies = new Latencies();
            latencies.histogram.add(Histogram.decodeFromCompressedByteBuffer(buffer, MOST));
            return latencies;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a histogram", e);
        }
    }
}
