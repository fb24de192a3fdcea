package dev.mortise.tests.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Many threads of one client; virtual ones where there are any. */
final class ManyThreadsTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final String PINNED = "jdk.VirtualThreadPinned";

    @TempDir
    Path directory;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void warm() throws InterruptedException {
        loadScripts();
        client().lock("warm").acquire().close();
    }

    @Test
    void platform_threads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(200);
        try {
            oneCycleEach(threads, 200, 1);
            oneCycleEach(threads, 200, 10);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void virtual_threads_none_of_which_pins_its_carrier() throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable(PINNED).withoutThreshold().withStackTrace();
            recording.start();
            ExecutorService threads = virtualThreads();
            try {
                oneCycleEach(threads, 10_000, 1);
                oneCycleEach(threads, 10_000, 100);
            } finally {
                threads.shutdownNow();
            }
            recording.stop();
            Path file = directory.resolve("pinned.jfr");
            recording.dump(file);
            assertThat(RecordingFile.readAllEvents(file))
                    .filteredOn(ManyThreadsTest::isPinnedByUs)
                    .isEmpty();
        }
    }

    /** Each thread has a lock once, all at once; nothing but the lock keeps those of one lock apart. */
    private void oneCycleEach(ExecutorService executor, int threads, int locks) throws Exception {
        Mortise client = closing(builder().maxWaiters(2 * threads).build());
        int[] turns = new int[locks];
        List<List<Long>> tokens = new ArrayList<>();
        List<DistributedLock> used = new ArrayList<>();
        for (int i = 0; i < locks; i++) {
            tokens.add(new ArrayList<>());
            used.add(client.lock("of-" + locks + "-" + i));
        }
        List<CompletableFuture<Void>> all = IntStream.range(0, threads)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> {
                            int which = i % locks;
                            try (Lease lease = used.get(which).acquire()) {
                                turns[which]++;
                                tokens.get(which).add(lease.fencingToken());
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        executor))
                .toList();
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        for (int i = 0; i < locks; i++) {
            try (Lease last = used.get(i).acquire()) {
                assertThat(turns[i]).isEqualTo(threads / locks);
                assertThat(tokens.get(i)).isSorted().doesNotHaveDuplicates();
                assertThat(last.fencingToken()).isGreaterThan(tokens.get(i).get(threads / locks - 1));
            }
        }
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        Object executor =
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        return (ExecutorService) Objects.requireNonNull(executor);
    }

    private static boolean isPinnedByUs(RecordedEvent event) {
        RecordedStackTrace stack = event.getStackTrace();
        return event.getEventType().getName().equals(PINNED)
                && stack != null
                && stack.getFrames().stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("dev.mortise.internal"));
    }
}
