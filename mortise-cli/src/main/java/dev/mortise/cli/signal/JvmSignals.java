package dev.mortise.cli.signal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * By {@code sun.misc.Signal}, the only way there is. Through reflection, because javac warns of its name and nothing
 * silences that warning. A signal that cannot be handled keeps its meaning; one that was ignored when this process
 * started, as by {@code nohup}, stays ignored.
 */
final class JvmSignals implements Signals {
    @Override
    public void handle(Consumer<Signal> handler) {
        for (Signal signal : Signal.values()) {
            try {
                install(signal, handler);
            } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
                // The JVM then ends as it would have without this handler.
            }
        }
    }

    private static void install(Signal signal, Consumer<Signal> handler) throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        InvocationHandler calls = (proxy, method, args) -> switch (method.getName()) {
            case "handle" -> {
                handler.accept(signal);
                yield null;
            }
            case "equals" -> proxy == args[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "handler of " + signal;
        };
        Object proxy = Proxy.newProxyInstance(JvmSignals.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
        Object number = signalType.getConstructor(String.class).newInstance(signal.name());
        signalType.getMethod("handle", signalType, handlerType).invoke(null, number, proxy);
    }
}
