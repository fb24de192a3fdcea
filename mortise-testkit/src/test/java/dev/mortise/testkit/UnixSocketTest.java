package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UnixSocketTest {
    @Test
    void a_server_answers_on_its_socket_also_after_a_restart_and_takes_it_away_in_the_end() throws IOException {
        Path socket;
        try (RedisProcess server = RedisProcess.builder().unixSocket().start()) {
            socket = Path.of(URI.create(server.socketUri()).getPath());
            assertThat(server.socketUri()).isEqualTo("redis-socket://" + socket);
            assertThat(ping(socket)).isEqualTo("+PONG\r\n");

            server.restartWithoutData();

            assertThat(ping(socket)).isEqualTo("+PONG\r\n");
        }
        assertThat(Files.exists(socket)).isFalse();
    }

    @Test
    void a_server_without_a_socket_has_no_address_for_it() {
        try (RedisProcess server = RedisProcess.start()) {
            assertThatIllegalStateException().isThrownBy(server::socketUri);
        }
    }

    private static String ping(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer reply = ByteBuffer.allocate(7);
            while (reply.hasRemaining() && channel.read(reply) >= 0) {
                // the rest of it
            }
            return new String(reply.array(), 0, reply.position(), StandardCharsets.US_ASCII);
        }
    }
}
