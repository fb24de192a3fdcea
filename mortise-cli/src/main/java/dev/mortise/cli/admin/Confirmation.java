package dev.mortise.cli.admin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** A question to the person at the terminal. */
final class Confirmation {
    private final BufferedReader in;
    private final PrintWriter err;

    Confirmation(BufferedReader in, PrintWriter err) {
        this.in = in;
        this.err = err;
    }

    /** Blocks until there is an answer; anything but yes is a no, and so is the end of the input. */
    boolean isGiven(String question) {
        err.print(question + " [y/N] ");
        err.flush();
        try {
            String answer = in.readLine();
            if (answer == null) {
                err.println();
                return false;
            }
            String word = answer.strip().toLowerCase(Locale.ROOT);
            return word.equals("y") || word.equals("yes");
        } catch (IOException e) {
            return false;
        }
    }
}
