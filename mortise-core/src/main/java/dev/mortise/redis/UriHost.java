package dev.mortise.redis;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where something listens.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 */
record UriHost(String host, int port) {
    private static final Pattern NAME =
            Pattern.compile("(?!.*\\.\\.)[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?");
    private static final Pattern DIGITS = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:.]{2,45}");

    static List<UriHost> parseAll(UriText text, int defaultPort) {
        List<UriHost> hosts = new ArrayList<>();
        for (String one : text.hosts().split(",", -1)) {
            hosts.add(parse(text.scheme(), one, defaultPort));
        }
        return List.copyOf(hosts);
    }

    private static UriHost parse(UriScheme scheme, String text, int defaultPort) {
        int colon = text.indexOf(':', text.startsWith("[") ? text.indexOf(']') + 1 : 0);
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.isEmpty()) {
            throw scheme.wrong("host", "it is missing");
        }
        if (colon != text.lastIndexOf(':') && !host.startsWith("[")) {
            throw scheme.wrong("host", "an IPv6 address goes into brackets, as in [::1]");
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bracketed ? !isIpv6(bare) : !isNameOrIpv4(bare)) {
            throw scheme.wrong("host", "it is neither a name nor an address");
        }
        return new UriHost(bare, colon < 0 ? defaultPort : port(scheme, text.substring(colon + 1)));
    }

    private static boolean isNameOrIpv4(String text) {
        return DIGITS.matcher(text).matches()
                ? IPV4.matcher(text).matches()
                : NAME.matcher(text).matches();
    }

    private static boolean isIpv6(String text) {
        if (!IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            // In brackets it is never looked up.
            InetAddress.getByName("[" + text + "]");
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static int port(UriScheme scheme, String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65535) {
            throw scheme.wrong("port", "it must be a number from 1 to 65535");
        }
        return port;
    }
}
