package dev.mortise.cli.option;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 30s}, {@code 1.5h} or ISO-8601 such as {@code PT30S}. A number needs a unit, but zero. */
public final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    @Override
    public Duration convert(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.equals("0")) {
            return Duration.ZERO;
        }
        Matcher parts = SHORT.matcher(lower);
        try {
            return parts.matches() ? of(parts.group(1), parts.group(2)) : iso(lower);
        } catch (ArithmeticException | DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 500ms, 30s, 5m, 1h or PT30S");
        }
    }

    private static Duration of(String number, String unit) {
        Duration one = UNITS.getOrDefault(unit, Duration.ZERO);
        return Duration.ofNanos(new BigDecimal(number)
                .multiply(BigDecimal.valueOf(one.toNanos()))
                .longValueExact());
    }

    private static Duration iso(String text) {
        Duration duration = Duration.parse(text);
        if (duration.isNegative()) {
            throw new ArithmeticException("negative");
        }
        return duration;
    }
}
