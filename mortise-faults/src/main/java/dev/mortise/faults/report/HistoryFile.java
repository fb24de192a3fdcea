package dev.mortise.faults.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mortise.faults.check.History;
import java.io.IOException;
import java.nio.file.Path;

/** A history on disk, for the checkers of another day. */
public final class HistoryFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private HistoryFile() {}

    public static void write(History history, Path file) throws IOException {
        MAPPER.writeValue(file.toFile(), history);
    }

    public static History read(Path file) throws IOException {
        return MAPPER.readValue(file.toFile(), History.class);
    }
}
