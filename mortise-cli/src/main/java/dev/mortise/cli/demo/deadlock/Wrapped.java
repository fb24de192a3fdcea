package dev.mortise.cli.demo.deadlock;

import java.util.ArrayList;
import java.util.List;

/** The message about a deadlock in lines that fit a small terminal. All words stay, in their order. */
final class Wrapped {
    private static final int WIDTH = 76;
    private static final String INDENT = "    ";
    private static final String BEHIND_A_PART = "(?<=[:;]) ";
    private static final String BEFORE_A_LOCK = " (?=holds '|and waits for ')";

    private Wrapped() {}

    /** Each owner begins a line; what it holds and what it waits for stand below it. */
    static List<String> lines(String message) {
        List<String> lines = new ArrayList<>();
        for (String part : message.split(BEHIND_A_PART)) {
            String indent = "";
            for (String piece : part.split(BEFORE_A_LOCK)) {
                wrap(indent, piece, lines);
                indent = INDENT;
            }
        }
        return lines;
    }

    private static void wrap(String indent, String text, List<String> lines) {
        String line = indent;
        for (String word : text.split(" ")) {
            if (line.isBlank()) {
                line += word;
            } else if (line.length() + 1 + word.length() <= WIDTH) {
                line += " " + word;
            } else {
                lines.add(line);
                line = INDENT + word;
            }
        }
        lines.add(line);
    }
}
