package dev.mortise.faults.place;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.proxy.FaultProxy;

/** A server, and the proxy through which workers reach it. */
public record Site(RedisProcess server, FaultProxy proxy) {}
