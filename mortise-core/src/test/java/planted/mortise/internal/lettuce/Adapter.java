package planted.mortise.internal.lettuce;

public interface Adapter {}
