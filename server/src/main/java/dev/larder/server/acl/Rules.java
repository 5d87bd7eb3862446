package dev.larder.server.acl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies rules one after another to what a user is. Confined to one thread. */
final class Rules {
    private static final String SYNTAX = "Syntax error";
    private static final String UNKNOWN = "Unknown command or category name in ACL";
    private static final String AFTER_ALL_KEYS =
            "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect."
                    + " Try 'resetkeys' to start with an empty list of patterns";
    private static final String AFTER_ALL_CHANNELS =
            "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any"
                    + " effect. Try 'resetchannels' to start with an empty list of channels";
    private static final String NO_PASSWORD = "The password you are trying to remove from the user does not exist";
    private static final String NO_DIGEST =
            "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
    private static final int DIGEST_DIGITS = 64;

    private final Catalogue catalogue;
    private boolean isOn;
    private boolean needsNoPassword;
    private Set<String> passwords;
    private Draft root;
    private List<Rights> selectors;

    Rules(Catalogue catalogue, User.Definition from) {
        this.catalogue = catalogue;
        isOn = from.isOn();
        needsNoPassword = from.needsNoPassword();
        passwords = new LinkedHashSet<>(from.passwords());
        root = new Draft(from.root());
        selectors = new ArrayList<>(from.selectors());
    }

    User.Definition definition() {
        return new User.Definition(
                isOn, needsNoPassword, new LinkedHashSet<>(passwords), root.rights(), List.copyOf(selectors));
    }

    /** Applies all of them, those in parentheses as a set of their own. */
    void apply(List<String> rules) {
        for (String rule : joined(rules)) {
            try {
                apply(rule);
            } catch (RuleException wrong) {
                throw new RuleException("Error in ACL SETUSER modifier '" + rule + "': " + wrong.text());
            }
        }
    }

    private static List<String> joined(List<String> rules) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            StringBuilder rule = new StringBuilder(rules.get(i));
            if (rule.indexOf("(") == 0) {
                String begin = rule.toString();
                while (rule.charAt(rule.length() - 1) != ')') {
                    if (++i == rules.size()) {
                        throw new RuleException("Unmatched parenthesis in acl selector starting at '" + begin + "'.");
                    }
                    rule.append(' ').append(rules.get(i));
                }
            }
            all.add(rule.toString());
        }
        return all;
    }

    private void apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "on" -> isOn = true;
            case "off" -> isOn = false;
            case "nopass" -> {
                needsNoPassword = true;
                passwords.clear();
            }
            case "resetpass" -> {
                needsNoPassword = false;
                passwords.clear();
            }
            case "reset" -> reset();
            case "clearselectors" -> selectors.clear();
            case "sanitize-payload", "skip-sanitize-payload" -> {
                // whatever is restored is checked
            }
            default -> applyOther(rule);
        }
    }

    private void reset() {
        isOn = false;
        needsNoPassword = false;
        passwords = new LinkedHashSet<>();
        root = new Draft(Rights.none());
        selectors = new ArrayList<>();
    }

    private void applyOther(String rule) {
        String rest = rule.isEmpty() ? "" : rule.substring(1);
        switch (rule.isEmpty() ? ' ' : rule.charAt(0)) {
            case '>' -> add(User.digest(rest.getBytes(StandardCharsets.ISO_8859_1)));
            case '#' -> add(checked(rest));
            case '<' -> remove(User.digest(rest.getBytes(StandardCharsets.ISO_8859_1)));
            case '!' -> remove(checked(rest));
            case '(' -> {
                Draft draft = new Draft(Rights.none());
                for (String each : rest.substring(0, rest.length() - 1).trim().split(" +")) {
                    if (!each.isEmpty()) {
                        draft.apply(each);
                    }
                }
                selectors.add(draft.rights());
            }
            default -> root.apply(rule);
        }
    }

    private void add(String digest) {
        passwords.add(digest);
        needsNoPassword = false;
    }

    private void remove(String digest) {
        if (!passwords.remove(digest)) {
            throw new RuleException(NO_PASSWORD);
        }
    }

    private static String checked(String digest) {
        boolean isHex = digest.length() == DIGEST_DIGITS
                && digest.chars().allMatch(each -> (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f'));
        if (!isHex) {
            throw new RuleException(NO_DIGEST);
        }
        return digest;
    }

    /** One set of rules being written. */
    private final class Draft {
        private final BitSet commands;
        private final Map<Integer, Set<String>> first = new HashMap<>();
        private final List<String> rules;
        private final List<Rights.Pattern> keys;
        private final List<String> channels;

        Draft(Rights from) {
            commands = (BitSet) from.commands().clone();
            from.first().forEach((command, words) -> first.put(command, new LinkedHashSet<>(words)));
            rules = new ArrayList<>(from.rules());
            keys = new ArrayList<>(from.keys());
            channels = new ArrayList<>(from.channels());
        }

        Rights rights() {
            return new Rights(
                    (BitSet) commands.clone(),
                    Map.copyOf(first),
                    List.copyOf(rules),
                    List.copyOf(keys),
                    List.copyOf(channels));
        }

        void apply(String rule) {
            if (rule.isEmpty()) {
                return; // as in Redis
            }
            String rest = rule.substring(1);
            switch (rule.toLowerCase(Locale.ROOT)) {
                case "allkeys", "~*" -> {
                    keys.clear();
                    keys.add(new Rights.Pattern("*", true, true));
                }
                case "resetkeys" -> keys.clear();
                case "allchannels", "&*" -> {
                    channels.clear();
                    channels.add("*");
                }
                case "resetchannels" -> channels.clear();
                case "allcommands", "+@all" -> all(true);
                case "nocommands", "-@all" -> all(false);
                default -> {
                    switch (rule.charAt(0)) {
                        case '~' -> key(new Rights.Pattern(rest, true, true));
                        case '%' -> key(pattern(rest));
                        case '&' -> channel(rest);
                        case '+', '-' -> command(rule.charAt(0) == '+', rest);
                        default -> throw new RuleException(SYNTAX);
                    }
                }
            }
        }

        private void all(boolean is) {
            commands.clear();
            commands.set(0, catalogue.size(), is);
            first.clear();
            rules.clear();
            rules.add(is ? "+@all" : "-@all");
        }

        private Rights.Pattern pattern(String rule) {
            int tilde = rule.indexOf('~');
            String kinds = tilde < 0 ? "" : rule.substring(0, tilde).toUpperCase(Locale.ROOT);
            if (hasAllKeys()) {
                throw new RuleException(AFTER_ALL_KEYS);
            }
            if (kinds.isEmpty() || !kinds.matches("[RW]+")) {
                throw new RuleException(SYNTAX);
            }
            return new Rights.Pattern(rule.substring(tilde + 1), kinds.contains("R"), kinds.contains("W"));
        }

        private boolean hasAllKeys() {
            return keys.stream().anyMatch(Rights.Pattern::isAll);
        }

        private void key(Rights.Pattern pattern) {
            if (hasAllKeys()) {
                throw new RuleException(AFTER_ALL_KEYS);
            }
            checkPattern(pattern.text());
            for (int i = 0; i < keys.size(); i++) {
                Rights.Pattern old = keys.get(i);
                if (old.text().equals(pattern.text())) {
                    keys.set(
                            i,
                            new Rights.Pattern(
                                    old.text(), old.reads() || pattern.reads(), old.writes() || pattern.writes()));
                    return;
                }
            }
            keys.add(pattern);
        }

        private void channel(String pattern) {
            if (channels.contains("*")) {
                throw new RuleException(AFTER_ALL_CHANNELS);
            }
            checkPattern(pattern);
            if (!channels.contains(pattern)) {
                channels.add(pattern);
            }
        }

        private void checkPattern(String pattern) {
            if (pattern.chars().anyMatch(each -> each <= ' ')) {
                throw new RuleException(SYNTAX);
            }
        }

        private void command(boolean allows, String written) {
            String name = written.toLowerCase(Locale.ROOT);
            BitSet wanted = wanted(name);
            if (wanted == null) {
                firstWord(allows, name);
                return;
            }
            BitSet before = (BitSet) commands.clone();
            if (allows) {
                commands.or(wanted);
            } else {
                commands.andNot(wanted);
            }
            boolean hadWords = wanted.stream().mapToObj(first::remove).anyMatch(each -> each != null);
            if (hadWords || !before.equals(commands)) {
                note(allows, name);
            }
        }

        private @Nullable BitSet wanted(String name) {
            if (name.startsWith("@")) {
                BitSet category = catalogue.category(name.substring(1));
                if (category == null) {
                    throw new RuleException(UNKNOWN);
                }
                return category;
            }
            int number = catalogue.number(name);
            return number < 0 ? null : catalogue.family(number);
        }

        /** {@code +select|0}: a first word of a command that has no subcommands. */
        private void firstWord(boolean allows, String name) {
            int bar = name.indexOf('|');
            int number = bar < 0 ? -1 : catalogue.number(name.substring(0, bar));
            if (number < 0 || catalogue.family(number).cardinality() > 1) {
                throw new RuleException(UNKNOWN);
            }
            if (!allows) {
                throw new RuleException("Allowing first-arg of a subcommand is not supported");
            }
            first.computeIfAbsent(number, each -> new LinkedHashSet<>()).add(name.substring(bar + 1));
            note(true, name);
        }

        /** Remembers a rule; the ones that it makes void go. */
        private void note(boolean allows, String name) {
            String opposite = (allows ? "-" : "+") + name;
            boolean isTakenBack = rules.contains(opposite) && rules.get(0).equals(allows ? "+@all" : "-@all");
            rules.removeIf(each -> {
                String old = each.substring(1);
                return !old.equals("@all") && (old.equals(name) || old.startsWith(name + "|"));
            });
            if (!isTakenBack) {
                rules.add((allows ? "+" : "-") + name);
            }
        }
    }
}
