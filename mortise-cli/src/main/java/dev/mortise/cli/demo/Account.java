package dev.mortise.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The account file: a balance, which anybody may read and write. It knows nothing of locks. */
final class Account {
    /** Always the same length and written at once, so that no reader meets half a number. */
    private static final int DIGITS = 19;

    private final Path file;

    Account(Path file) {
        this.file = file;
    }

    long balance() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(DIGITS);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // all of it
            }
            return Long.parseLong(new String(bytes.array(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void balance(long balance) {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(String.format("%0" + DIGITS + "d", balance));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
