package dev.mortise.cli.option;

import dev.mortise.AcquireOptions;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/** As {@link DurationConverter}, or {@code forever}. */
public final class WaitConverter implements ITypeConverter<Duration> {
    private final DurationConverter durations = new DurationConverter();

    @Override
    public Duration convert(String text) {
        return text.equalsIgnoreCase("forever") ? AcquireOptions.FOREVER : durations.convert(text);
    }
}
