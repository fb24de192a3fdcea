package dev.mortise.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The program in the other JVM. It reads a command a line from its standard input and writes answers to what was its
 * standard output; all other output goes to standard error. Each command has a thread of its own, since some wait. When
 * the input ends, the JVM ends at once, without releasing anything: its parent has died.
 */
final class LockAgent {
    private final PrintStream answers;
    private final AgentCommands commands = new AgentCommands();

    private LockAgent(PrintStream answers) {
        this.answers = answers;
    }

    /** Runs until the input ends. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        LockAgent agent = new LockAgent(answers);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            AgentLine command = AgentLine.parse(text);
            Thread thread = new Thread(() -> agent.run(command), "agent-" + command.call());
            thread.setDaemon(true);
            thread.start();
        }
        Runtime.getRuntime().halt(0);
    }

    private void run(AgentLine command) {
        long call = command.call();
        try {
            answer(AgentLine.of(call, AgentLine.BEGUN));
            answer(AgentLine.of(call, AgentLine.OK, commands.run(command)));
        } catch (Exception e) {
            answer(AgentLine.of(call, AgentLine.FAILED, e.getClass().getName(), String.valueOf(e.getMessage())));
        }
    }

    private void answer(AgentLine line) {
        synchronized (answers) {
            answers.println(line.encode());
            answers.flush();
        }
    }
}
