/** Distributed locks on Redis and Valkey. */
@SuppressWarnings("module") // the testkit is built after this module
module dev.mortise {
    requires static transitive org.jspecify;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires org.slf4j;
    requires reactor.core;
    requires transitive lettuce.core;

    exports dev.mortise;
    exports dev.mortise.admin;
    exports dev.mortise.interop;
    exports dev.mortise.redis;
    exports dev.mortise.internal.client to
            dev.mortise.testkit;
    exports dev.mortise.internal.deadlock to
            dev.mortise.testkit;
    exports dev.mortise.internal.script to
            dev.mortise.testkit;
    exports dev.mortise.internal.store to
            dev.mortise.testkit;
    exports dev.mortise.internal.runtime to
            dev.mortise.testkit;
}
