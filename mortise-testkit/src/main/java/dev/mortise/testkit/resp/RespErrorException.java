package dev.mortise.testkit.resp;

/** The server answered with an error; the message is the server's, its first word the code. */
public final class RespErrorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** An error with the server's text. */
    public RespErrorException(String text) {
        super(text);
    }

    /** The first word, such as {@code NOSCRIPT} or {@code ERR}. */
    public String code() {
        String text = String.valueOf(getMessage());
        int space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }
}
