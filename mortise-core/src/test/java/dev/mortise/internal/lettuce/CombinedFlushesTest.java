package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.resource.ClientResources;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CombinedFlushesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int flushes;

    CombinedFlushesTest() {
        new CombinedFlushes().afterChannelInitialized(channel);
        // Ends here: the transport of an EmbeddedChannel would run what is queued.
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                flushes++;
            }
        });
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void what_is_asked_for_together_is_flushed_once() {
        ask(CombinedFlushes.MOST - 1);
        assertThat(flushes).isZero();
        channel.runPendingTasks();
        assertThat(flushes).isOne();
    }

    @Test
    void one_alone_is_flushed_without_waiting_for_a_second() {
        ask(1);
        channel.runPendingTasks();
        assertThat(flushes).isOne();
    }

    @Test
    void a_flush_carries_no_more_than_so_many() {
        ask(5 * CombinedFlushes.MOST);
        assertThat(flushes).isEqualTo(5);
    }

    @Test
    void clients_of_our_own_have_it() {
        ClientResources resources = Lettuce.resources(Duration.ofSeconds(5));
        try {
            assertThat(resources.nettyCustomizer()).isInstanceOf(OwnChannels.class);
        } finally {
            resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    private void ask(int times) {
        for (int i = 0; i < times; i++) {
            channel.pipeline().flush();
        }
    }
}
