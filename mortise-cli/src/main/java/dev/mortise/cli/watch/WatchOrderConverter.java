package dev.mortise.cli.watch;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code wait} and the like. */
final class WatchOrderConverter implements ITypeConverter<WatchOrder> {
    @Override
    public WatchOrder convert(String text) {
        return Arrays.stream(WatchOrder.values())
                .filter(order -> order.toString().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                        + Arrays.stream(WatchOrder.values())
                                .map(WatchOrder::toString)
                                .collect(Collectors.joining(", "))));
    }
}
