package dev.mortise.cli.run;

import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What stands before the two dashes and behind them. Without dashes, options of the command would be taken for ours, and its
 * name for that of a lock.
 *
 * @param names of locks
 * @param command what to run, with its arguments
 */
record RunWords(List<String> names, List<String> command) {
    private static final String DASHES = "--";

    /**
     * @param words all that is no option and no option's value, in order
     * @throws ParameterException when there are no dashes, or a side of them is empty
     */
    static RunWords split(ParseResult parsed, List<String> words) {
        List<String> args = parsed.originalArgs();
        int dashes = args.indexOf(DASHES);
        int behind = dashes < 0 ? 0 : args.size() - dashes - 1;
        if (behind == 0 || behind > words.size()) {
            throw wrong(parsed, "the command must follow '--', as in: mortise run NAME -- COMMAND");
        }
        int names = words.size() - behind;
        if (names == 0) {
            throw wrong(
                    parsed,
                    "a NAME must stand before '--', and the command must follow '--', as in: mortise run"
                            + " NAME -- COMMAND");
        }
        return new RunWords(List.copyOf(words.subList(0, names)), List.copyOf(words.subList(names, words.size())));
    }

    private static ParameterException wrong(ParseResult parsed, String message) {
        return new ParameterException(parsed.commandSpec().commandLine(), message);
    }
}
