package dev.mortise.cli.connect;

import java.util.List;

/**
 * Where the servers are, and what they are together.
 *
 * @param uris one at least; they may hold passwords, so nothing prints this record
 */
record ServerUris(Form form, List<String> uris) {
    /** What several servers are to each other. */
    enum Form {
        /** One URI: a server, what sentinels name, or a node of a Cluster, which is found out. */
        SINGLE,
        /** Several URIs without a word about them: nodes of a Cluster. */
        SEEDS,
        /** A Cluster, as the user says. */
        CLUSTER,
        /** Independent servers that decide by majority. */
        QUORUM
    }

    ServerUris {
        uris = List.copyOf(uris);
    }

    @Override
    public String toString() {
        return "ServerUris[" + form + ", " + uris.size() + "]";
    }
}
