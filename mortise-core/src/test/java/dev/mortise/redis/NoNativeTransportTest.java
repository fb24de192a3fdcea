package dev.mortise.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import org.junit.jupiter.api.Test;

/** This module has no native transport of Netty on its class path. */
class NoNativeTransportTest {
    @Test
    void a_unix_socket_cannot_be_used_and_what_is_missing_is_named() {
        assertThatThrownBy(() -> RedisMortise.connect("redis-socket://app:geheim@/run/redis.sock"))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessage(
                        "Redis at redis-socket:///run/redis.sock?database=0 cannot be used: Unix sockets take Netty's"
                                + " native transport on the class path: netty-transport-native-epoll or -kqueue");
    }
}
