package dev.mortise.cli.bench;

/** How far away servers are, and what is normal then, as half of all take in milliseconds. From the nearest to the farthest. */
enum Distance {
    /** The same machine. */
    LOOPBACK("this machine", 0.3, "0.05-0.3", "0.1-0.6", "0.2-1"),
    /** The same data centre, or zone of a cloud. */
    SAME_ZONE("the same zone", 3, "0.2-1", "0.4-2", "0.4-2.5"),
    /** Far away. */
    OTHER_REGION("another region", Double.MAX_VALUE, "10-200", "20-400", "15-300");

    private final String words;
    private final double mostMillis;
    private final String roundTrip;
    private final String cycle;
    private final String handOff;

    Distance(String words, double mostMillis, String roundTrip, String cycle, String handOff) {
        this.words = words;
        this.mostMillis = mostMillis;
        this.roundTrip = roundTrip;
        this.cycle = cycle;
        this.handOff = handOff;
    }

    /** The nearest one that a round trip fits to. */
    static Distance of(LatencyFigures roundTrip) {
        for (Distance distance : values()) {
            if (roundTrip.p50Millis() <= distance.mostMillis) {
                return distance;
            }
        }
        return OTHER_REGION;
    }

    String words() {
        return words;
    }

    String roundTrip() {
        return roundTrip;
    }

    String cycle() {
        return cycle;
    }

    String handOff() {
        return handOff;
    }
}
