package dev.mortise.redis;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Decodes percent escapes of UTF-8 bytes; a plus sign stays one. */
final class PercentEncoding {
    private PercentEncoding() {}

    /** Empty when an escape is incomplete or the bytes are not UTF-8. */
    static Optional<String> decode(String text) {
        try {
            ByteBuffer raw = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            ByteArrayOutputStream decoded = new ByteArrayOutputStream();
            while (raw.hasRemaining()) {
                byte next = raw.get();
                if (next != '%') {
                    decoded.write(next);
                } else if (raw.remaining() < 2) {
                    return Optional.empty();
                } else {
                    int high = raw.get();
                    int low = raw.get();
                    if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
                        return Optional.empty();
                    }
                    decoded.write(HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
                }
            }
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
