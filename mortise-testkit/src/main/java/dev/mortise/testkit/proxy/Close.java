package dev.mortise.testkit.proxy;

/** How a connection ends, as its client sees it. */
public enum Close {
    /** In order: the client reads the end of the stream. */
    FIN,
    /** Reset: what is under way is lost, and the client gets an error. */
    RST
}
