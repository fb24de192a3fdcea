package dev.mortise.cli.demo;

/** The demo cannot go on. */
final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
