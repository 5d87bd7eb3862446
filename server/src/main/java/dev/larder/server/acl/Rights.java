package dev.larder.server.acl;

import dev.larder.server.client.Glob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a user may do by one set of rules: commands, patterns of keys, patterns of channels. Immutable.
 *
 * @param commands the numbers of those that may be used
 * @param first words that may stand first behind a command that may not be used otherwise ({@code +select|0})
 * @param rules the rules that commands came from, as they are shown
 */
record Rights(
        BitSet commands,
        Map<Integer, Set<String>> first,
        List<String> rules,
        List<Pattern> keys,
        List<String> channels) {
    private static final String ALL = "*";

    /** A pattern of keys, and what may be done with those. */
    record Pattern(String text, boolean reads, boolean writes) {
        @Override
        public String toString() {
            return (reads && writes ? "~" : reads ? "%R~" : "%W~") + text;
        }

        boolean isAll() {
            return reads && writes && text.equals(ALL);
        }
    }

    /** Nothing. */
    static Rights none() {
        return new Rights(new BitSet(), Map.of(), List.of("-@all"), List.of(), List.of());
    }

    boolean isUnlimited(int commandCount) {
        return commands.cardinality() == commandCount && hasAllKeys() && hasAllChannels();
    }

    boolean hasAllKeys() {
        return keys.stream().anyMatch(Pattern::isAll);
    }

    boolean hasAllChannels() {
        return channels.contains(ALL);
    }

    boolean mayRun(Request request) {
        if (commands.get(request.command())) {
            return true;
        }
        Set<String> words = first.get(request.command());
        return words != null && words.contains(request.firstWord().toLowerCase(Locale.ROOT));
    }

    /** The first key that may not be used so; null if all may. */
    boolean mayUse(Request.Key key) {
        for (Pattern pattern : keys) {
            boolean suffices = (pattern.reads || !key.reads()) && (pattern.writes || !key.writes());
            if (suffices && (pattern.text.equals(ALL) || matches(pattern.text, key.name()))) {
                return true;
            }
        }
        return false;
    }

    boolean mayUse(Request.Channel channel) {
        for (String pattern : channels) {
            boolean is = pattern.equals(ALL)
                    || (channel.isPattern() ? pattern.equals(latin(channel.name())) : matches(pattern, channel.name()));
            if (is) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, byte[] name) {
        return Glob.matches(pattern.getBytes(StandardCharsets.ISO_8859_1), name, 0, name.length);
    }

    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    String keyText() {
        return keys.stream().map(Pattern::toString).collect(Collectors.joining(" "));
    }

    String channelText() {
        return channels.stream().map(each -> "&" + each).collect(Collectors.joining(" "));
    }

    String commandText() {
        return String.join(" ", rules);
    }

    /** As in a file of rules. */
    String describe() {
        List<String> words = new ArrayList<>();
        if (!keys.isEmpty()) {
            words.add(keyText());
        }
        words.add(hasAllChannels() ? "&*" : channels.isEmpty() ? "resetchannels" : "resetchannels " + channelText());
        words.add(commandText());
        return String.join(" ", words);
    }
}
