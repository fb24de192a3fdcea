package dev.mortise.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Graphs as people and Graphviz read them. */
final class WaitGraphTextTest {
    private static final String ODD = "a \"quoted\" \\N name -> }";

    /** A deadlock, one behind it, and a holder that others wait for. */
    private static GraphMaker all() {
        return new GraphMaker()
                .holds("main#1", "account:42")
                .holds("main#2", "account:7")
                .label("transfer")
                .waits("main#1", "account:7")
                .waits("main#2", "account:42")
                .waits("main#3", "account:42")
                .semaphore("pool", 3)
                .holds("nightly", "pool", 3)
                .holds("nightly", "unwanted")
                .waits("worker#1", "pool", 2)
                .waits("worker#2", "pool", 1)
                .holds("worker#2", "file")
                .waits("worker#4", "file");
    }

    @Test
    void deadlocks_come_first_then_roots_with_those_behind_them() {
        assertThat(all().make().toText()).isEqualTo("""
                        Deadlock of 2 owners, blocks 1 other:
                          main#1 on app-1/815 (shop) holds 'account:42' for 1 min 40 s (token 7, lease ends in 29.5 s) and waits for 'account:7' [transfer] for 1 min 38 s (place 1)
                          main#2 on app-1/815 (shop) holds 'account:7' for 1 min 39 s (token 7, lease ends in 29.5 s) and waits for 'account:42' for 1 min 37 s (place 1)
                            main#3 on app-1/815 (shop) waits for 'account:42' for 1 min 36 s (place 2)
                        nightly on app-1/815 (shop) holds 'pool' for 1 min 35 s (token 7, 3 permits, lease ends in 29.5 s), 'unwanted' for 1 min 34 s (token 7, lease ends in 29.5 s); blocks 3 others
                          worker#1 on app-1/815 (shop) waits for 'pool' for 1 min 33 s (place 1, 2 permits)
                          worker#2 on app-1/815 (shop) holds 'file' for 1 min 31 s (token 7, lease ends in 29.5 s) and waits for 'pool' for 1 min 32 s (place 2, 1 permit); blocks 1 other
                            worker#4 on app-1/815 (shop) waits for 'file' for 1 min 30 s (place 1)
                        """);
    }

    @Test
    void what_is_left_out_is_counted() {
        GraphMaker maker = new GraphMaker().holds("holder", "x");
        for (int i = 0; i < 250; i++) {
            maker.waits("w" + i, "x");
        }
        assertThat(maker.make(false).toText()).startsWith("""
                        holder on app-1/815 (shop) holds 'x' for 1 min 40 s (token 7, lease ends in 29.5 s); blocks 250 others
                          w0 on app-1/815 (shop) waits for 'x' for 1 min 39 s (place 1)
                        """).endsWith("""

                        51 more owners are not shown.
                        There is more than one graph can have, so this is not all.
                        """);
    }

    @Test
    void owners_of_a_deadlock_that_are_left_out_are_counted() {
        GraphMaker maker = new GraphMaker();
        for (int i = 0; i < 250; i++) {
            maker.holds("o" + i, "l" + i).waits("o" + i, "l" + (i + 1) % 250);
        }
        assertThat(maker.make().toText())
                .startsWith("Deadlock of 250 owners:\n  o0 on")
                .endsWith("\n51 more owners are not shown.\n");
    }

    @Test
    void an_owner_with_many_locks_names_some() {
        GraphMaker maker = new GraphMaker();
        for (int i = 0; i < 6; i++) {
            maker.holds("holder", "unwanted-" + i);
        }
        maker.holds("holder", "wanted").waits("a", "wanted");
        assertThat(maker.make().toText())
                .contains(" holds 'wanted' for ", "'unwanted-1' for ", " and 4 more; blocks 1 other\n");
    }

    @Test
    void names_break_neither_text_nor_dot() {
        WaitGraph graph = new GraphMaker()
                .holds("x\ny", ODD)
                .label("la\"bel")
                .waits("", ODD)
                .make();
        assertThat(graph.toText())
                .contains("x?y on app-1/815", "an owner without a name on app-1/815", "'" + ODD + "'");
        assertThat(graph.toDot())
                .contains("o0 [label=\"x?y\\napp-1/815 (shop)\", shape=box];\n")
                .contains("o1 [label=\"(no name)\\n")
                .contains("l0 [label=\"a \\\"quoted\\\" \\\\N name -> }\\nmutex\", shape=ellipse];\n")
                .contains("(place 1)\\nla\\\"bel\", style=dashed];\n");
    }

    @Test
    void in_dot_what_belongs_to_a_deadlock_is_red() {
        assertThat(all().make().toDot()).isEqualTo("""
                        digraph waits {
                          rankdir=LR;
                          o0 [label="main#1\\napp-1/815 (shop)", shape=box, color=red, penwidth=2];
                          o1 [label="main#2\\napp-1/815 (shop)", shape=box, color=red, penwidth=2];
                          o2 [label="main#3\\napp-1/815 (shop)", shape=box];
                          o3 [label="nightly\\napp-1/815 (shop)", shape=box];
                          o4 [label="worker#1\\napp-1/815 (shop)", shape=box];
                          o5 [label="worker#2\\napp-1/815 (shop)", shape=box];
                          o6 [label="worker#4\\napp-1/815 (shop)", shape=box];
                          l0 [label="account:42\\nmutex", shape=ellipse, color=red, penwidth=2];
                          l1 [label="account:7\\nmutex", shape=ellipse, color=red, penwidth=2];
                          l2 [label="pool\\nsemaphore of 3", shape=ellipse];
                          l3 [label="unwanted\\nmutex", shape=ellipse];
                          l4 [label="file\\nmutex", shape=ellipse];
                          o0 -> l1 [label="waits for 1 min 38 s (place 1)\\ntransfer", style=dashed, color=red, penwidth=2];
                          o1 -> l0 [label="waits for 1 min 37 s (place 1)", style=dashed, color=red, penwidth=2];
                          o2 -> l0 [label="waits for 1 min 36 s (place 2)", style=dashed];
                          o4 -> l2 [label="waits for 1 min 33 s (place 1, 2 permits)", style=dashed];
                          o5 -> l2 [label="waits for 1 min 32 s (place 2, 1 permit)", style=dashed];
                          o6 -> l4 [label="waits for 1 min 30 s (place 1)", style=dashed];
                          l0 -> o0 [label="held for 1 min 40 s (token 7, lease ends in 29.5 s)", style=solid, color=red, penwidth=2];
                          l1 -> o1 [label="held for 1 min 39 s (token 7, lease ends in 29.5 s)", style=solid, color=red, penwidth=2];
                          l2 -> o3 [label="held for 1 min 35 s (token 7, 3 permits, lease ends in 29.5 s)", style=solid];
                          l3 -> o3 [label="held for 1 min 34 s (token 7, lease ends in 29.5 s)", style=solid];
                          l4 -> o5 [label="held for 1 min 31 s (token 7, lease ends in 29.5 s)", style=solid];
                        }
                        """);
    }

    @Test
    void in_dot_the_order_of_a_queue_is_dotted() {
        String dot = new GraphMaker()
                .readWrite("l")
                .holds("r1", "l", 1)
                .waits("w", "l")
                .waits("r2", "l", 1)
                .make(false)
                .toDot();
        assertThat(dot)
                .contains("o2 -> o1 [label=\"behind in the queue\", style=dotted];\n")
                .contains("l0 [label=\"l\\nread-write\", shape=ellipse];\n")
                .endsWith("  more [label=\"and more that are not shown\", shape=plaintext];\n}\n");
    }
}
