package dev.mortise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--nonsense | unknown option --nonsense",
                "nonsense | unexpected argument",
                "run | NAME",
                "run x | must follow '--'",
                "run x true | must follow '--'",
                "run x -- | must follow '--'",
                "run -- x true | must follow '--'",
                "run x --label -- -- true | --label",
                "run x y --label -- -- true | --label",
                "run x --shared --exclusive -- true | --shared and --exclusive are mutually exclusive",
                "run x --shared --permits 1 --of 2 -- true | choose one kind",
                "run x --exclusive --of 2 -- true | choose one kind",
                "run x --permits 1 -- true | --permits needs --of",
                "run x --permits 3 --of 2 -- true | --permits must be from 1 to 2",
                "run x --of 0 -- true | --of must be from 1",
                "run x --permits a --of 2 -- true | --permits",
                "run x y --shared -- true | go with one NAME",
                "run x y --of 2 -- true | go with one NAME",
                "run x y --quorum -- true | one lock at a time",
                "run x --of 2 --quorum -- true | a quorum has no semaphores",
                "run x --cluster --quorum -- true | mutually exclusive",
                "run x ls -l | unknown option -l",
                "run x --wait 3 -- true | '3' is not a duration",
                "run x --wait -1s -- true | --wait",
                "run x --lease 100ms -- true | --lease must be at least 500ms",
                "run x --redis a --redis-file b -- true | mutually exclusive",
                "run x --redis-file /nonexistent -- true | no such file",
                "run x --redis http://h -- true | scheme: it must be one of redis",
                "run x --max-hold 1ms --redis redis://h -- true | maxHold",
                "ls a b | unexpected argument",
                "ls --prefix | --prefix",
                "show | NAME",
                "graph --dot --json | mutually exclusive",
                "gc --interval 0 | --interval must be at least 1s",
                "gc --interval 1 | '1' is not a duration",
                "gc --repeat --interval -5s | --interval",
                "gc --grace 5s | --grace must be from 60s to 30d",
                "break x --yes | --reason",
                "break --reason y --yes | either NAME or --pattern",
                "break x --pattern y --reason z --yes | either NAME or --pattern",
                "break --pattern y --token 5 --reason z --yes | mutually exclusive",
                "break x --token 0 --reason z --yes | --token must be positive",
                "break x --token abc --reason z --yes | --token",
                "break x --reason z | there is no terminal to ask at: say --yes",
                "doctor --fail-on info | --fail-on",
                "wait | NAME",
                "wait x --timeout soon | 'soon' is not a duration",
                "demo --workers 2 | --workers must be from 3 to 16",
                "demo --seconds 0 | --seconds must be",
                "demo deadlock --workers 2 | unknown option --workers",
                "bench --seconds 0 | --seconds must be from 1 to 600",
                "bench x | unexpected argument",
                "watch --interval 50ms | --interval must be at least 100ms",
                "watch --count 0 | --count must be at least 1",
                "watch --max 0 | --max must be from 1 to 10000",
                "watch --sort size | 'size' is none of busiest, wait, hold, queue, name",
                "watch a b | unexpected argument",
                "redis --port 70000 | --port must be from 0 to 65535",
                "redis --port x | --port",
                "redis --password-file /nonexistent | no such file"
            })
    void a_wrong_command_line_is_one_line_and_64(String line, String expected) {
        int code = execute(line.split(" "));
        assertThat(err.toString()).contains(expected);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(code).isEqualTo(64);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void no_command_at_all_is_64_and_says_which_there_are() {
        assertThat(execute()).isEqualTo(64);
        assertThat(err.toString()).contains("a command is missing: demo, run, ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run x --password geheim -- true",
                "run x --password=geheim -- true",
                "redis geheim",
                "run x --rediss redis://:geheim@h -- true",
                "run x --redis foo://:geheim@h -- true",
                "run x --redis redis://:geheim@h:99999 -- true",
                "run x --redis redis://:geheim@h/x -- true",
                "run x --debug=redis://:geheim@h -- true",
                "run x --redis redis://:geheim@h --redis redis://:geheim@h:x -- true",
                "run x --redis redis://:geheim@h --quorum --debug -- true",
                "run x --redis redis-sentinel://h?sentinelPassword=geheim --debug -- true",
                "run x --command-timeout redis://:geheim@h -- true",
                "bench --redis redis://:geheim@h --redis-file redis://:geheim@h",
                "bench redis-sentinel://h?sentinelPassword=geheim#m",
                "run x --debug --redis redis://:ge%zzheim@h -- true"
            })
    void what_may_be_a_password_is_not_repeated(String line) {
        assertThat(execute(line.split(" "))).isEqualTo(64);
        assertThat(err.toString()).isNotEmpty().doesNotContain("geheim").doesNotContain("heim");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void what_cannot_be_run_is_found_out_before_anybody_waits(@TempDir Path directory) throws Exception {
        Path plain = Files.writeString(directory.resolve("plain"), "text");
        assertThat(execute("run", "x", "--", "no-such-command")).isEqualTo(127);
        assertThat(execute("run", "x", "--", directory + "/nothing")).isEqualTo(127);
        assertThat(execute("run", "x", "--", plain.toString())).isEqualTo(126);
        assertThat(execute("run", "x", "--", directory.toString())).isEqualTo(126);
        assertThat(err.toString().lines()).hasSize(4);
    }

    @Test
    void a_file_for_the_token_that_cannot_be_written_is_found_out_before_anybody_waits(@TempDir Path directory) {
        assertThat(execute("run", "x", "--fence-file", directory + "/none/f", "--", "true"))
                .isEqualTo(73);
        assertThat(execute("run", "x", "--fence-file", directory.toString(), "--", "true"))
                .isEqualTo(73);
        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains("--fence-file: cannot write"));
    }

    @Test
    void a_stack_trace_is_shown_only_on_request() {
        execute("run", "x", "--", "no-such-command");
        assertThat(err.toString()).doesNotContain("\tat ");
        execute("run", "x", "--debug", "--", "no-such-command");
        assertThat(err.toString()).contains("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "demo --help",
                "demo deadlock --help",
                "run --help",
                "bench --help",
                "watch --help",
                "redis --help",
                "ls --help",
                "show --help",
                "graph --help",
                "clients --help",
                "gc --help",
                "break --help",
                "doctor --help",
                "wait --help",
                "--version",
                "run --version"
            })
    void help_and_version_go_to_stdout(String line) {
        assertThat(execute(line.split(" "))).isZero();
        assertThat(out.toString()).contains("mortise");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void every_command_and_option_is_described() {
        check(Commands.all(new MortiseCommand()));
    }

    @Test
    void every_command_has_the_name_by_which_it_is_asked_for() {
        Commands.all(new MortiseCommand())
                .getSubcommands()
                .forEach((name, command) -> assertThat(command.getCommandSpec()
                                .userObject()
                                .getClass()
                                .getAnnotation(CommandLine.Command.class)
                                .name())
                        .isEqualTo(name));
    }

    @Test
    void only_the_command_that_is_asked_for_is_built() {
        assertThat(built("--debug", "run", "demo")).containsExactly("run");
        assertThat(built("--version", "run")).isEmpty();
        assertThat(built("--help", "run")).containsExactlyElementsOf(Commands.NAMES);
        assertThat(built("nonsense", "run")).containsExactlyElementsOf(Commands.NAMES);
        assertThat(built()).containsExactlyElementsOf(Commands.NAMES);
    }

    private static Set<String> built(String... args) {
        return Commands.under(new MortiseCommand(), args).getSubcommands().keySet();
    }

    private static void check(CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().description())
                .as(command.getCommandName())
                .isNotEmpty();
        command.getCommandSpec()
                .options()
                .forEach(option -> assertThat(option.description())
                        .as(command.getCommandName() + " " + option.longestName())
                        .isNotEmpty());
        command.getSubcommands().values().forEach(UsageTest::check);
    }

    private int execute(String... args) {
        return Cli.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
