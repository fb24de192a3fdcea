package dev.mortise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A PKCS12 store, to be taken apart: into PEM files and smaller stores. */
final class KeyFile {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final KeyStore store;
    private final char[] password;

    private KeyFile(KeyStore store, char[] password) {
        this.store = store;
        this.password = password;
    }

    static KeyFile of(Path file, String password) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return new KeyFile(store, password.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    void writeCertificate(String alias, Path file) {
        write("CERTIFICATE", from(alias, () -> store.getCertificate(alias).getEncoded()), file);
    }

    void writeKey(String alias, Path file) {
        write("PRIVATE KEY", from(alias, () -> store.getKey(alias, password).getEncoded()), file);
    }

    /** A store that has the certificate as a trusted one, and nothing else. */
    void writeTrust(String alias, Path file) {
        writeStore(file, from(alias, () -> {
            KeyStore trust = empty();
            trust.setCertificateEntry(alias, store.getCertificate(alias));
            return trust;
        }));
    }

    /** A store that has the key with its certificates, and nothing else. */
    void writePair(String alias, Path file) {
        writeStore(file, from(alias, () -> {
            KeyStore pair = empty();
            pair.setKeyEntry(alias, store.getKey(alias, password), password, store.getCertificateChain(alias));
            return pair;
        }));
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        return empty;
    }

    private void writeStore(Path file, KeyStore small) {
        try (OutputStream out = Files.newOutputStream(file)) {
            small.store(out, password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot write " + file, e);
        }
    }

    private static <T> T from(String alias, Step<T> step) {
        try {
            return step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot take " + alias + " from the store", e);
        }
    }

    private interface Step<T> {
        T run() throws GeneralSecurityException, IOException;
    }

    private static void write(String what, byte[] der, Path file) {
        String text = "-----BEGIN " + what + "-----\n" + LINES.encodeToString(der) + "\n-----END " + what + "-----\n";
        try {
            Files.writeString(file, text, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
