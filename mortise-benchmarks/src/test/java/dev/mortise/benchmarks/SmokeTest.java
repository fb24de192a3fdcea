package dev.mortise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Json;
import dev.mortise.benchmarks.report.Markdown;
import dev.mortise.benchmarks.report.Report;
import dev.mortise.benchmarks.report.Row;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.script.Operation;
import dev.mortise.benchmarks.script.Operations;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Asks everything, for so short that only counts mean something. */
class SmokeTest {
    private static Report report;

    @BeforeAll
    static void ask() throws Exception {
        report = Benchmarks.run(Scale.TINY, List.of(Asked.values()), line -> {});
    }

    @Test
    void everybody_gets_through_cycles() {
        for (String question : List.of("uncontended", "handoff")) {
            Answer answer = report.answer(question);
            assertThat(answer.rows()).hasSize(Contender.values().length);
            assertThat(answer.rows())
                    .allSatisfy(row -> assertThat(row.value(Uncontended.CYCLES).min())
                            .as("%s %s", question, row.contender())
                            .isPositive());
        }
    }

    @Test
    void everybody_has_a_row_for_each_setting() {
        assertThat(report.answer("ownlocks").rows()).hasSize(OwnLocks.CONTENDERS.size() * OwnLocks.THREADS.size());
        assertThat(report.answer("hot").rows()).hasSize(Hot.CONTENDERS.size() * Hot.THREADS.size());
        assertThat(report.answer("hotjvms").rows()).hasSize(Hot.CONTENDERS.size() * HotJvms.THREADS.size());
        assertThat(report.answer("readwrite").rows()).hasSize(ReadWrite.CONTENDERS.size() * ReadWrite.SETTINGS.size());
        for (String question : List.of("ownlocks", "hot", "hotjvms", "readwrite")) {
            assertThat(report.answer(question).rows())
                    .allSatisfy(row -> assertThat(row.value("bytes/cycle").min())
                            .as("%s %s", question, row.contender())
                            .isPositive());
        }
    }

    @Test
    void an_uncontended_cycle_is_two_requests_and_at_most_nine_commands() {
        Row mortise = report.answer("uncontended").row(Contender.MORTISE);
        assertThat(mortise.value(Uncontended.REQUESTS).min()).isEqualTo(2);
        assertThat(mortise.value(Uncontended.COMMANDS).min()).isBetween(6.0, 9.0);
    }

    @Test
    void everybody_has_a_server_that_works_for_him() {
        Answer answer = report.answer("server");
        List<ServerSetting> settings = ServerSetting.all(Scale.TINY);
        assertThat(answer.rows())
                .extracting(Row::contender)
                .containsExactlyElementsOf(settings.stream()
                        .flatMap(setting ->
                                setting.contenders().stream().map(contender -> Rows.name(contender, setting.name())))
                        .toList());
        for (ServerSetting setting : settings) {
            Row mortise = answer.row(Rows.name(Contender.MORTISE, setting.name()));
            assertThat(mortise.value(Server.SCRIPT_TIME).min())
                    .as(setting.name())
                    .isPositive()
                    .isLessThanOrEqualTo(mortise.value(Server.ALL_TIME).max());
        }
    }

    @Test
    void every_operation_is_measured_at_every_size() {
        Answer answer = report.answer("scripts");
        assertThat(answer.rows())
                .extracting(Row::contender)
                .containsExactlyElementsOf(
                        Operations.all().stream().map(Operation::name).toList())
                .doesNotHaveDuplicates();
        assertThat(answer.rows())
                .allSatisfy(row -> Scale.TINY
                        .sizes()
                        .forEach(n -> assertThat(row.value(Scripts.column(n)).min())
                                .as("%s, %s", row.contender(), n)
                                .isPositive()));
    }

    @Test
    void every_question_is_answered() {
        assertThat(report.answers())
                .extracting(Answer::question)
                .containsExactlyElementsOf(Arrays.stream(Asked.values())
                        .map(asked -> asked.name().toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(report.answers())
                .allSatisfy(answer -> assertThat(answer.targets())
                        .isNotEmpty()
                        .allSatisfy(target -> assertThat(target.measured()).isFinite()));
    }

    @Test
    void the_report_reads_back_from_json_and_shows_as_a_table() {
        assertThat(Json.read(Json.of(report))).isEqualTo(report);
        assertThat(Markdown.of(report)).contains("| Mortise |", "| Redisson RFencedLock |", "## idle");
    }
}
