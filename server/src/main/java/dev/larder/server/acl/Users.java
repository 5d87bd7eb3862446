package dev.larder.server.acl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All users. Thread-safe; changes are made one after another. */
public final class Users {
    /** The name of the user that connections are until they log in. */
    public static final String DEFAULT = "default";

    private static final int MOST_USERS = 100_000;

    private final Catalogue catalogue;
    private final Map<String, User> all = new ConcurrentSkipListMap<>();

    /** One who may do everything without a password. */
    public Users(Catalogue catalogue) {
        this.catalogue = catalogue;
        change(DEFAULT, List.of("on", "nopass", "~*", "&*", "+@all"));
    }

    /** The commands that rules speak of. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** The user of a name, or null. */
    public @Nullable User named(String name) {
        return all.get(name);
    }

    /** The user that connections are until they log in. */
    public User standard() {
        User user = all.get(DEFAULT);
        if (user == null) {
            throw new IllegalStateException("the default user is always there");
        }
        return user;
    }

    /** All of them, by name. */
    public Collection<User> all() {
        return all.values();
    }

    /**
     * Applies rules to a user, which is made if it is not there.
     *
     * @return the user
     * @throws RuleException if one of them cannot be; nothing has changed then
     */
    public synchronized User change(String name, List<String> rules) {
        checkName(name);
        User user = all.get(name);
        if (user == null && all.size() >= MOST_USERS) {
            throw new RuleException("there may be at most " + MOST_USERS + " users");
        }
        User.Definition from = user == null ? User.Definition.FRESH : user.definition();
        Rules draft = new Rules(catalogue, from);
        draft.apply(rules);
        if (user == null) {
            user = new User(name, catalogue.size(), draft.definition());
            all.put(name, user);
        } else {
            user.define(draft.definition());
        }
        return user;
    }

    private static void checkName(String name) {
        if (name.chars().anyMatch(each -> each == ' ' || each == 0)) {
            throw new RuleException("Usernames can't contain spaces or null characters");
        }
    }

    /** Removes a user; what was removed, or null. */
    public synchronized @Nullable User remove(String name) {
        if (name.equals(DEFAULT)) {
            throw new RuleException("The 'default' user cannot be removed");
        }
        return all.remove(name);
    }

    /**
     * Takes users from lines ({@code user alice on >secret …}) in the place of those there are. The default user stays as
     * it is if no line has it.
     *
     * @param source what the lines are from, for messages
     * @return users that are there no more, or may do less than before for all that is known
     * @throws RuleException if a line is wrong; nothing has changed then
     */
    public synchronized Set<User> load(List<String> lines, String source) {
        Map<String, User.Definition> found = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("[ \t]+");
            String place = source + ":" + (i + 1) + ": ";
            if (words.length < 2 || !words[0].equals("user")) {
                throw new RuleException(place + "should start with user keyword followed by the username");
            }
            if (found.containsKey(words[1])) {
                throw new RuleException(place + "duplicate user '" + words[1] + "' found");
            }
            try {
                checkName(words[1]);
                Rules draft = new Rules(catalogue, User.Definition.FRESH);
                draft.apply(List.of(words).subList(2, words.length));
                found.put(words[1], draft.definition());
            } catch (RuleException wrong) {
                throw new RuleException(place + wrong.text());
            }
        }
        Set<User> gone = new HashSet<>();
        for (User user : new ArrayList<>(all.values())) {
            User.Definition next = found.remove(user.name());
            if (next != null) {
                user.define(next);
            } else if (!user.name().equals(DEFAULT)) {
                all.remove(user.name());
                gone.add(user);
            }
        }
        found.forEach((name, definition) -> all.put(name, new User(name, catalogue.size(), definition)));
        return gone;
    }

    /** A line for each, as {@link #load} takes them. */
    public List<String> lines() {
        return all.values().stream().map(User::line).toList();
    }
}
