package dev.mortise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.cli.manual.ManualPage;
import dev.mortise.cli.manual.ShellCompletion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What shells and man(1) make of what is printed for them. */
class CompletionTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path room;

    @ParameterizedTest
    @CsvSource({
        "mortise r, run redis",
        "mortise war, ''",
        "mortise demo d, deadlock",
        "mortise run --wa, --wait",
        "mortise redis --p, --port --password-file",
        "mortise completion u, uninstall",
        "./mortise comp, completion"
    })
    void bash_completes_commands_and_options(String line, String expected) throws Exception {
        Path script = script("mortise", ShellCompletion.bash(commands()));
        assertThat(shell("bash", "-n", script.toString())).isEmpty();
        // There is no compopt outside of a completion by readline.
        String words = "compopt() { :; }; source '" + script + "'; COMP_WORDS=(" + line
                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                + " COMP_LINE=\"${COMP_WORDS[*]}\"; COMP_POINT=${#COMP_LINE}; _complete_mortise mortise"
                + " \"${COMP_WORDS[COMP_CWORD]}\"; echo ${COMPREPLY[*]}";
        assertThat(List.of(shell("bash", "--norc", "-c", words).strip().split(" ")))
                .containsExactlyInAnyOrder(expected.split(" "));
    }

    @Test
    void zsh_completes_commands() throws Exception {
        Assumptions.assumeTrue(shell("sh", "-c", "command -v zsh || true").contains("zsh"), "needs zsh");
        Path script = script("_mortise", ShellCompletion.zsh(commands()));
        assertThat(shell("zsh", "-n", script.toString())).isEmpty();
        // A shell in a pseudo-terminal, as completion needs one: it completes "mortise redi", and says what became of
        // it.
        String session = """
                zmodload zsh/zpty; zpty z zsh -f -i; zpty -w z 'PS1=; fpath=(%s $fpath); autoload -Uz compinit; compinit -u -d %s'
                zpty -w z 'mortise() { print "<$*>" }; print ready'; zpty -r z line '*ready*ready*'
                zpty -w -n z $'mortise redi\\t\\n'; zpty -r z line '*<*>*'; print -r -- $line
                """.formatted(room, room.resolve("dump"));
        assertThat(shell("zsh", "-f", "-c", session)).contains("<redis");
    }

    @Test
    void every_command_has_a_page_that_has_all_its_options() {
        Map<String, String> pages = ManualPage.all(commands(), "mortise 1");
        assertThat(pages).containsKeys("mortise.1", "mortise-run.1", "mortise-demo-deadlock.1");
        assertThat(pages).doesNotContainKey("mortise-warm.1");
        commands().getSubcommands().forEach((name, command) -> {
            String page = pages.getOrDefault("mortise-" + name + ".1", "").replace("\\-", "-");
            command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden() && pages.containsKey("mortise-" + name + ".1"))
                    .forEach(option -> assertThat(page).as(name).contains("\\fB" + option.longestName() + "\\fR"));
        });
    }

    @Test
    void a_page_has_its_parts_and_no_leftovers_of_formats() {
        String page =
                ManualPage.of(Objects.requireNonNull(commands().getSubcommands().get("run")), "mortise 1");
        assertThat(page)
                .contains(".SH NAME\nmortise\\-run \\- ", ".SH SYNOPSIS\n", ".SH EXIT STATUS\n", "MORTISE_FENCE", "30s")
                .contains(".SH SEE ALSO\nmortise(1)")
                .doesNotContain("%n", "${", "@|");
    }

    @Test
    void man_shows_every_page_without_a_warning() throws Exception {
        Assumptions.assumeTrue(shell("sh", "-c", "command -v groff || true").contains("groff"), "needs groff");
        for (Map.Entry<String, String> page :
                ManualPage.all(commands(), "mortise 1").entrySet()) {
            Path file = script(page.getKey(), page.getValue());
            assertThat(shell("groff", "-man", "-Tascii", "-ww", "-z", file.toString()))
                    .as(page.getKey())
                    .isEmpty();
        }
        assertThat(shell(
                        "groff",
                        "-man",
                        "-Tascii",
                        "-P-c",
                        room.resolve("mortise-run.1").toString()))
                .contains("--kill-after", "MORTISE_LEASE");
    }

    @Test
    void what_is_asked_for_is_printed() {
        assertThat(execute("completion", "bash")).isZero();
        assertThat(out.toString()).isEqualTo(ShellCompletion.bash(commands()));
        out.getBuffer().setLength(0);
        assertThat(execute("completion", "man", "demo", "deadlock")).isZero();
        assertThat(out.toString()).contains(".TH \"MORTISE\\-DEMO\\-DEADLOCK\" 1");
        assertThat(execute("completion", "man", "nonsense")).isEqualTo(64);
        assertThat(execute("completion")).isEqualTo(64);
        assertThat(err.toString()).contains("there is no command nonsense", "bash, zsh or man");
    }

    private int execute(String... args) {
        return Cli.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private static CommandLine commands() {
        return Commands.all(new MortiseCommand());
    }

    private Path script(String name, String text) throws Exception {
        return Files.writeString(room.resolve(name), text);
    }

    /** What it says, on both streams. */
    private static String shell(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
