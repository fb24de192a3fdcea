package dev.mortise.testkit.proxy;

/** Threads of the proxy: they do not keep a JVM alive. */
final class Threads {
    private Threads() {}

    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
