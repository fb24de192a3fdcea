package dev.mortise.testkit;

import dev.mortise.testkit.process.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An authority, a server certificate for 127.0.0.1 and localhost and a client certificate, made for one test with what
 * the JDK brings along, valid for a day. The files are in a temporary directory until {@link #close}. Thread-safe.
 */
public final class TestCertificates implements AutoCloseable {
    /** Of the PKCS12 stores; it protects nothing. */
    public static final String STORE_PASSWORD = "mortise-test";

    private static final String AUTHORITY = "authority";
    private static final String SERVER = "server";
    private static final String CLIENT = "client";
    private static final String ALL = "all";

    private final Path directory;
    private final Runnable cleanup = this::delete;

    private TestCertificates(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes new ones. Blocks for some seconds.
     *
     * @throws IllegalStateException when the JDK's keytool fails; has its output
     */
    public static TestCertificates create() {
        try {
            TestCertificates certificates = new TestCertificates(Files.createTempDirectory("mortise-tls-"));
            Leftovers.cleanUp(certificates.cleanup);
            try {
                certificates.make();
                return certificates;
            } catch (RuntimeException e) {
                certificates.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For {@link RedisProcessBuilder#tls} and {@link RedisProcessBuilder#mutualTls}. */
    public TlsFiles server() {
        return new TlsFiles(authority(), pem(SERVER, "crt"), pem(SERVER, "key"));
    }

    /** The certificate of the authority, which a client has to trust: PEM. */
    public Path authority() {
        return pem(AUTHORITY, "crt");
    }

    /** The client's certificate: PEM. */
    public Path clientCertificate() {
        return pem(CLIENT, "crt");
    }

    /** The client's private key, not encrypted: PEM, PKCS8. */
    public Path clientKey() {
        return pem(CLIENT, "key");
    }

    /** A PKCS12 store with the authority's certificate alone, as a client's trust store. */
    public Path trustStore() {
        return store("trust");
    }

    /** A PKCS12 store with the client's certificate and key. */
    public Path clientStore() {
        return store(CLIENT);
    }

    /** Deletes the files. Idempotent. */
    @Override
    public void close() {
        delete();
        Leftovers.forget(cleanup);
    }

    private void make() {
        KeyTool keyTool = new KeyTool(directory, STORE_PASSWORD);
        pair(keyTool, AUTHORITY, "-ext", "bc:c", "-ext", "ku:c=keyCertSign,cRLSign");
        pair(
                keyTool,
                SERVER,
                "-signer",
                AUTHORITY,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-ext",
                "eku=serverAuth,clientAuth");
        pair(keyTool, CLIENT, "-signer", AUTHORITY, "-ext", "eku=clientAuth");
        KeyFile all = KeyFile.of(store(ALL), STORE_PASSWORD);
        all.writeCertificate(AUTHORITY, authority());
        for (String name : List.of(SERVER, CLIENT)) {
            all.writeCertificate(name, pem(name, "crt"));
            all.writeKey(name, pem(name, "key"));
        }
        all.writeTrust(AUTHORITY, trustStore());
        all.writePair(CLIENT, clientStore());
    }

    private void pair(KeyTool keyTool, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-alias", name, "-dname", "CN=mortise test " + name));
        arguments.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "1"));
        arguments.addAll(List.of(more));
        keyTool.run(store(ALL).toString(), "-genkeypair", arguments.toArray(String[]::new));
    }

    private Path store(String name) {
        return directory.resolve(name + ".p12");
    }

    private Path pem(String name, String extension) {
        return directory.resolve(name + "." + extension);
    }

    private void delete() {
        try (Stream<Path> all = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
