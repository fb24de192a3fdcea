package dev.mortise.cli.manual;

import java.util.List;
import java.util.Locale;

/** Text for man(1), in the macros that groff and mandoc both know. Not thread-safe. */
final class Roff {
    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a page of section 1.
     *
     * @param source the program and its version
     */
    Roff(String name, String source) {
        text.append(".\\\" ").append(Generated.MARK).append('\n');
        text.append(".TH \"").append(escape(name.toUpperCase(Locale.ROOT))).append("\" 1 \"\" \"");
        text.append(escape(source)).append("\" \"Mortise\"\n");
        // Neither hyphens nor stretched lines: options and names are copied from here.
        text.append(".nh\n.ad l\n");
    }

    void section(String heading) {
        text.append(".SH ").append(escape(heading.toUpperCase(Locale.ROOT))).append('\n');
    }

    void subsection(String heading) {
        text.append(".SS ").append(escape(heading)).append('\n');
    }

    void paragraph(String words) {
        text.append(".PP\n").append(line(words)).append('\n');
    }

    /** A line that is begun by no paragraph, as NAME needs it. */
    void bare(String words) {
        text.append(line(words)).append('\n');
    }

    /** Lines as they stand, indented. */
    void asIs(List<String> lines) {
        text.append(".PP\n.nf\n");
        lines.forEach(each -> text.append(line(each)).append('\n'));
        text.append(".fi\n");
    }

    /**
     * A term with its explanation.
     *
     * @param term with its fonts, see {@link #bold} and {@link #italic}
     */
    void item(String term, List<String> explanation) {
        text.append(".TP\n").append(term).append('\n');
        String between = "";
        for (String words : explanation) {
            text.append(between).append(line(words)).append('\n');
            between = ".br\n";
        }
    }

    static String bold(String words) {
        return "\\fB" + escape(words) + "\\fR";
    }

    static String italic(String words) {
        return "\\fI" + escape(words) + "\\fR";
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** What begins with a dot or an apostrophe would be taken for a request. */
    private static String line(String words) {
        String escaped = escape(words);
        return escaped.startsWith(".") || escaped.startsWith("\\(aq") ? "\\&" + escaped : escaped;
    }

    private static String escape(String words) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                case '"' -> escaped.append("\\(dq");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
