package dev.mortise.testkit;

import java.util.List;

/** A user with rules, as a line of the configuration. The text of it has no password. */
record AclUser(String name, String password, List<String> rules) {
    String line() {
        return "user " + name + " on \">" + password + "\"" + (rules.isEmpty() ? "" : " " + String.join(" ", rules));
    }

    @Override
    public String toString() {
        return "user " + name + " " + rules;
    }
}
