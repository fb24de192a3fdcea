package dev.mortise.cli.demo.scene;

/** The demo cannot go on. */
public final class SceneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SceneException(String message) {
        super(message);
    }
}
