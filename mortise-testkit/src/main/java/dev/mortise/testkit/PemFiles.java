package dev.mortise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;

/** Writes what is in a PKCS12 store as PEM. */
final class PemFiles {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final KeyStore store;
    private final char[] password;

    private PemFiles(KeyStore store, char[] password) {
        this.store = store;
        this.password = password;
    }

    static PemFiles of(Path file, String password) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return new PemFiles(store, password.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    Path certificate(String alias, Path file) {
        try {
            return write("CERTIFICATE", store.getCertificate(alias).getEncoded(), file);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate " + alias, e);
        }
    }

    Path key(String alias, Path file) {
        try {
            Key key = store.getKey(alias, password);
            return write("PRIVATE KEY", key.getEncoded(), file);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key " + alias, e);
        }
    }

    private static Path write(String what, byte[] der, Path file) {
        String text = "-----BEGIN " + what + "-----\n" + LINES.encodeToString(der) + "\n-----END " + what + "-----\n";
        try {
            return Files.writeString(file, text, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
