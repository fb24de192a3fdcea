package dev.mortise.testkit.proxy;

/** One connection through the proxy, for predicates that pick a connection. */
public interface ProxyConnection {
    /** Counts from 1 in the order in which the proxy accepted them. */
    int number();

    /** Whether its client has subscribed to anything on it, with the present request or an earlier one. */
    boolean isSubscriber();
}
