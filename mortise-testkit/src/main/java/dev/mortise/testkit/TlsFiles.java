package dev.mortise.testkit;

import java.nio.file.Path;

/**
 * What a server needs to listen by TLS, as PEM files.
 *
 * @param authority the certificate of the authority whose clients are trusted
 * @param certificate the server's certificate
 * @param key the private key of that certificate, not encrypted
 */
public record TlsFiles(Path authority, Path certificate, Path key) {}
