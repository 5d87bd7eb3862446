package dev.larder.memcached;

import dev.larder.failure.TierException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration endpoint of ElastiCache answers. Pure.
 *
 * <pre>
 *  config get cluster              CONFIG cluster 0 LENGTH
 *  get AmazonElastiCache:cluster   VALUE AmazonElastiCache:cluster 0 LENGTH
 *                                  VERSION
 *                                  HOST|ADDRESS|PORT HOST|ADDRESS|PORT …
 *                                  (an empty line)
 *                                  END
 * </pre>
 *
 * Host or address may be empty. The end is looked for, and the length not believed: those who imitate the endpoint, its own
 * documentation among them, get it wrong. Nor is the version: it says nothing that seeing a list several times does not.
 */
final class ClusterText {
    /** A longer answer is given up: this is three hundred servers with the longest of names. */
    static final int MOST_CHARACTERS = 1 << 17;

    private static final String LINE = "\r\n";
    private static final String END = "\nEND\r\n";
    private static final int FIELDS = 3;
    private static final int MOST_QUOTED = 64;

    private ClusterText() {}

    /** Whether {@code text} says that the command is not known. */
    static boolean isUnknownCommand(String text) {
        return text.equals("ERROR" + LINE);
    }

    /** The servers in {@code text}; null where more is to come. Fails with a {@link TierException} where it is no list. */
    static @Nullable List<HostAndPort> servers(String text) {
        int line = text.indexOf(LINE);
        String first = line < 0 ? text : text.substring(0, line);
        boolean isWhole = text.endsWith(END);
        if (line >= 0
                && !first.startsWith("CONFIG cluster ")
                && !first.startsWith("VALUE AmazonElastiCache:cluster ")) {
            throw new TierException("it answered " + quoted(first) + " and no list of servers", null);
        }
        if (!isWhole && text.length() > MOST_CHARACTERS) {
            throw new TierException("its answer is longer than " + MOST_CHARACTERS + " characters", null);
        }
        return isWhole ? listed(text.substring(line, text.length() - END.length())) : null;
    }

    private static List<HostAndPort> listed(String body) {
        String[] words = body.strip().split("\\s+");
        if (!words[0].matches("[0-9]{1,18}")) {
            throw new TierException("its list must begin with a version but began with " + quoted(words[0]), null);
        }
        List<HostAndPort> servers = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            HostAndPort server = server(words[i]);
            if (servers.stream().noneMatch(server::isSameServer)) {
                servers.add(server);
            }
        }
        if (servers.isEmpty()) {
            throw new TierException("its list names no server", null);
        }
        servers.sort(Comparator.comparing(HostAndPort::toString));
        return List.copyOf(servers);
    }

    private static HostAndPort server(String text) {
        String[] fields = text.split("\\|", -1);
        if (fields.length == FIELDS) {
            String host = fields[0].isEmpty() ? fields[1] : fields[0];
            try {
                return HostAndPort.of((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + fields[2]);
            } catch (IllegalArgumentException e) {
                throw new TierException("its list has " + quoted(text) + ": " + e.getMessage(), e);
            }
        }
        throw new TierException("a server in its list must be host|address|port but was " + quoted(text), null);
    }

    private static String quoted(String text) {
        String plain = text.replaceAll("[^ -~]", "?");
        return "'" + (plain.length() <= MOST_QUOTED ? plain : plain.substring(0, MOST_QUOTED) + "…") + "'";
    }
}
