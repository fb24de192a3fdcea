package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisBinaryTest {
    @Test
    void there_is_a_server_to_test_with() {
        assertThat(RedisBinary.path()).isExecutable().isEqualTo(RedisBinary.path());
    }

    @ParameterizedTest
    @CsvSource({
        "Linux,amd64,/redis-server-7.0.15-linux-amd64",
        "Linux,aarch64,/redis-server-7.0.15-linux-arm64",
        "Linux,i386,/redis-server-7.0.15-linux-386",
        "Mac OS X,aarch64,/redis-server-7.0.15-darwin-arm64",
        "Mac OS X,x86_64,/redis-server-7.0.15-darwin-amd64"
    })
    void the_embedded_server_for_a_system_is_in_the_jar(String os, String arch, String resource) {
        assertThat(EmbeddedBinary.resource(os, arch)).isEqualTo(resource);
        assertThat(RedisBinary.class.getResource(resource)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"Windows 11,amd64", "Linux,riscv64", "Mac OS X,i386"})
    void an_unsupported_system_is_told_what_to_do(String os, String arch) {
        assertThatIllegalStateException()
                .isThrownBy(() -> EmbeddedBinary.resource(os, arch))
                .withMessageContaining(os + " " + arch)
                .withMessageContaining("MORTISE_TEST_SERVER");
    }

    @Test
    void a_server_named_by_the_setting_must_be_executable() {
        String before = System.getProperty(RedisBinary.SETTING);
        try {
            System.setProperty(RedisBinary.SETTING, "/no/such/server");
            assertThatIllegalStateException()
                    .isThrownBy(RedisBinary::path)
                    .withMessageContaining("MORTISE_TEST_SERVER is no executable file: /no/such/server");
            System.setProperty(RedisBinary.SETTING, "/bin/sh");
            assertThat(RedisBinary.path()).hasToString("/bin/sh");
        } finally {
            if (before == null) {
                System.clearProperty(RedisBinary.SETTING);
            } else {
                System.setProperty(RedisBinary.SETTING, before);
            }
        }
    }
}
