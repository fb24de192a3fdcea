package dev.mortise.benchmarks.measure;

import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.benchmarks.rival.RivalLock;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The other side of {@link SecondJvm}. Lines it understands:
 *
 * <pre>
 *   clock                                             its System.nanoTime()
 *   open CONTENDER leaseMillis renewed                connects
 *   hold CONTENDER name                               acquires, and keeps
 *   pass CONTENDER name me beginAt endAt holdNanos    takes part in a window
 *   crowd CONTENDER name first threads beginAt endAt  the same with threads, numbered from first
 * </pre>
 *
 * It ends with its input.
 */
final class SecondJvmMain {
    private final String uri;
    private final Board board;
    private final Map<Contender, Rival> rivals = new EnumMap<>(Contender.class);

    private SecondJvmMain(String uri, Board board) {
        this.uri = uri;
        this.board = board;
    }

    public static void main(String[] args) throws Exception {
        SecondJvmMain main = new SecondJvmMain(args[0], Board.open(Path.of(args[1])));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(main.answer(line.split(" ", -1)));
        }
        Runtime.getRuntime().halt(0);
    }

    private String answer(String[] words) throws InterruptedException {
        switch (words[0]) {
            case "clock" -> {
                return Long.toString(System.nanoTime());
            }
            case "open" -> {
                RivalLease terms =
                        new RivalLease(Duration.ofMillis(Long.parseLong(words[2])), Boolean.parseBoolean(words[3]));
                Contender contender = Contender.valueOf(words[1]);
                rivals.put(contender, contender.connect(uri, terms));
                return "open";
            }
            case "hold" -> {
                lock(words).acquire();
                return "held";
            }
            case "pass" -> {
                return Passes.run(
                                lock(words),
                                board,
                                Long.parseLong(words[3]),
                                Long.parseLong(words[4]),
                                Long.parseLong(words[5]),
                                Long.parseLong(words[6]))
                        .encode();
            }
            case "crowd" -> {
                List<Crowd.Post> posts = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(words[4]); i++) {
                    posts.add(new Crowd.Post(lock(words), board, Long.parseLong(words[3]) + i));
                }
                return Crowd.run(posts, Long.parseLong(words[5]), Long.parseLong(words[6]))
                        .encode();
            }
            default -> throw new IllegalArgumentException("unknown: " + words[0]);
        }
    }

    private RivalLock lock(String[] words) {
        Rival rival = rivals.get(Contender.valueOf(words[1]));
        if (rival == null) {
            throw new IllegalStateException(words[1] + " is not open");
        }
        return rival.lock(words[2]);
    }
}
