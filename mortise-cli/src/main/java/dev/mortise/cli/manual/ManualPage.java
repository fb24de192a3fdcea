package dev.mortise.cli.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The manual page of a command, from what the command says of itself for its help. Picocli's own generator writes AsciiDoc, which
 * needs Asciidoctor to become a page; this way the command has its pages with it, wherever it is.
 */
public final class ManualPage {
    private final CommandSpec spec;
    private final Roff roff;

    private ManualPage(CommandSpec spec, String version) {
        this.spec = spec;
        this.roff = new Roff(spec.qualifiedName("-"), version);
    }

    /** The pages of a command and of all commands under it that are not hidden, by file name. */
    public static Map<String, String> all(CommandLine command, String version) {
        Map<String, String> pages = new LinkedHashMap<>();
        CommandSpec spec = command.getCommandSpec();
        pages.put(spec.qualifiedName("-") + ".1", of(command, version));
        shown(spec).forEach(below -> pages.putAll(all(below, version)));
        return pages;
    }

    /** The page of one command. */
    public static String of(CommandLine command, String version) {
        return new ManualPage(command.getCommandSpec(), version).write();
    }

    private String write() {
        UsageMessageSpec usage = spec.usageMessage();
        roff.section("Name");
        roff.bare(spec.qualifiedName("-") + " - " + summary(spec));
        roff.section("Synopsis");
        roff.paragraph(help().synopsis(0).strip().replaceAll("\\s+", " "));
        roff.section("Description");
        prose(List.of(usage.description()));
        arguments();
        options();
        commands();
        if (!usage.exitCodeList().isEmpty()) {
            roff.section("Exit status");
            usage.exitCodeList().forEach((code, meaning) -> roff.item(Roff.bold(code.strip()), lines(meaning)));
        }
        footer(usage);
        seeAlso();
        return roff.toString();
    }

    private void arguments() {
        var shown = spec.positionalParameters().stream()
                .filter(each -> !each.hidden())
                .toList();
        if (!shown.isEmpty()) {
            roff.section("Arguments");
            shown.forEach(each -> roff.item(Roff.italic(each.paramLabel()), lines(each.description())));
        }
    }

    private void options() {
        List<OptionSpec> shown =
                spec.options().stream().filter(each -> !each.hidden()).toList();
        List<OptionSpec> alone =
                shown.stream().filter(each -> heading(each.group()).isEmpty()).toList();
        roff.section("Options");
        alone.forEach(this::option);
        spec.argGroups().stream().filter(group -> !heading(group).isEmpty()).forEach(group -> {
            roff.subsection(heading(group));
            group.allOptionsNested().stream().filter(each -> !each.hidden()).forEach(this::option);
        });
    }

    private void option(OptionSpec option) {
        String names = Arrays.stream(option.names()).map(Roff::bold).collect(Collectors.joining(", "));
        String value = option.arity().max() == 0 ? "" : "=" + Roff.italic(option.paramLabel());
        roff.item(names + value, lines(option.description()));
    }

    private void commands() {
        List<CommandLine> shown = shown(spec);
        if (!shown.isEmpty()) {
            roff.section("Commands");
            shown.forEach(each -> roff.item(
                    Roff.bold(each.getCommandSpec().qualifiedName("-")) + "(1)",
                    List.of(summary(each.getCommandSpec()))));
        }
    }

    private void footer(UsageMessageSpec usage) {
        if (usage.footer().length == 0) {
            return;
        }
        String heading = plain(usage.footerHeading()).strip().replaceAll(":$", "");
        roff.section(heading.isEmpty() ? "Notes" : heading);
        prose(List.of(usage.footer()));
    }

    private void seeAlso() {
        CommandSpec above = spec.parent();
        if (above != null) {
            roff.section("See also");
            roff.bare(above.qualifiedName("-") + "(1)");
        }
    }

    /** Indented lines stay as they are, an empty one ends a paragraph. */
    private void prose(List<String> texts) {
        List<String> words = new ArrayList<>();
        List<String> asIs = new ArrayList<>();
        for (String line : texts.stream().flatMap(text -> lines(text).stream()).toList()) {
            boolean indented = line.startsWith("  ");
            if (!indented && !asIs.isEmpty()) {
                roff.asIs(asIs);
                asIs.clear();
            }
            if ((indented || line.isBlank()) && !words.isEmpty()) {
                roff.paragraph(String.join(" ", words));
                words.clear();
            }
            if (!line.isBlank()) {
                (indented ? asIs : words).add(line);
            }
        }
        if (!words.isEmpty()) {
            roff.paragraph(String.join(" ", words));
        }
        if (!asIs.isEmpty()) {
            roff.asIs(asIs);
        }
    }

    private CommandLine.Help help() {
        return new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(Ansi.OFF));
    }

    private static List<CommandLine> shown(CommandSpec spec) {
        return spec.subcommands().values().stream()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .toList();
    }

    /** The first sentence, without its dot. */
    private static String summary(CommandSpec spec) {
        String text = plain(String.join(" ", spec.usageMessage().description())).strip();
        int end = text.indexOf(". ");
        return (end < 0 ? text : text.substring(0, end)).replaceAll("\\.$", "");
    }

    private static String heading(@Nullable ArgGroupSpec group) {
        return group == null
                ? ""
                : plain(Objects.requireNonNullElse(group.heading(), "")).strip().replaceAll(":$", "");
    }

    private static List<String> lines(String... texts) {
        return Arrays.stream(texts)
                .flatMap(text ->
                        text.isEmpty() ? List.of("").stream() : plain(text).lines())
                .toList();
    }

    /** As the help shows it: picocli's formats and markup are carried out. */
    private static String plain(String text) {
        return Ansi.OFF.string(text.replace("%n", "\n").replace("%%", "%"));
    }
}
