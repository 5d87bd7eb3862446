package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.Arguments;
import dev.larder.server.acl.Catalogue;
import dev.larder.server.acl.Denial;
import dev.larder.server.acl.DenialLog;
import dev.larder.server.acl.Request;
import dev.larder.server.acl.RuleException;
import dev.larder.server.acl.User;
import dev.larder.server.acl.Users;
import dev.larder.server.client.Client;
import dev.larder.server.config.Settings;
import dev.larder.server.config.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may do what: users, where they are kept, and what is said where something is refused. Thread-safe. */
public final class Access {
    private static final byte[] GET = Ascii.bytes("get");
    private static final String REFUSED = "NOPERM this user has no permissions to ";
    private static final String LATE_REFUSED = "NOPERM ACLs rules changed between the moment the transaction was"
            + " accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to ";
    private static final String SCRIPT_REFUSED = "ERR The user executing the script can't ";

    private final Node node;
    private final Users users;
    private final DenialLog log = new DenialLog();

    Access(Node node) {
        this.node = node;
        this.users = new Users(new Numbers(node.table()));
        Settings settings = node.settings();
        try {
            require(settings.text("requirepass"));
            List<String> lines = settings.text("user").lines().toList();
            boolean hasFile = !settings.text("aclfile").isEmpty();
            if (hasFile && !lines.isEmpty()) {
                throw new SettingsException("users are in the aclfile or in lines 'user', not in both");
            }
            if (hasFile) {
                users.load(read(settings.text("aclfile")), settings.text("aclfile"));
            } else if (!lines.isEmpty()) {
                users.load(lines.stream().map(each -> "user " + each).toList(), "user");
            }
        } catch (RuleException wrong) {
            throw new SettingsException(wrong.text());
        } catch (IOException e) {
            throw new SettingsException("aclfile " + settings.text("aclfile") + " cannot be read (" + e + ")");
        }
        settings.onChange(name -> {
            if (name.equals("requirepass")) {
                require(settings.text(name));
            }
        });
    }

    private void require(String password) {
        String latin = new String(password.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (password.isEmpty()) {
            users.change(Users.DEFAULT, List.of("nopass"));
        } else {
            users.change(Users.DEFAULT, List.of("resetpass", ">" + latin));
        }
    }

    private static List<String> read(String file) throws IOException {
        return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
    }

    /** All users. */
    public Users users() {
        return users;
    }

    /** What was refused. */
    DenialLog log() {
        return log;
    }

    /** Whether anybody may use the server without a password. */
    public boolean isOpen() {
        return users.standard().isOn() && users.standard().needsNoPassword();
    }

    /** A connection begins, or begins anew: as the default user, who has to log in where it has a password. */
    public void arrived(Client client) {
        client.user(users.standard());
        client.authenticated(isOpen());
    }

    /** Logs a client in by a command that begins with {@code word}; whether name and password are right. */
    boolean logsIn(Client client, String name, byte[] password, String word) {
        User user = users.named(name);
        if (user == null || !user.accepts(password)) {
            note(client, new Denial(Denial.Reason.LOGIN, word), name);
            return false;
        }
        client.user(user);
        client.authenticated(true);
        return true;
    }

    /** Complains if a user may not run a command. */
    void check(Client client, User user, Command command, Arguments arguments) {
        Denial denial = user.check(request(command, arguments));
        if (denial != null) {
            note(client, denial, user.name());
            throw new Complaint(REFUSED
                    + switch (denial.reason()) {
                        case COMMAND, LOGIN -> "run the '" + denial.object() + "' command";
                        case KEY -> "access one of the keys used as arguments";
                        case CHANNEL -> "access one of the channels used as arguments";
                    });
        }
    }

    /** The same for a command in a script: what to say, or null. */
    @Nullable String refusal(Client client, User user, Command command, Arguments arguments) {
        Denial denial = user.check(request(command, arguments));
        if (denial == null) {
            return null;
        }
        add(client, denial, "lua", user.name());
        return SCRIPT_REFUSED
                + switch (denial.reason()) {
                    case COMMAND, LOGIN -> "run this command or subcommand";
                    case KEY -> "access at least one of the keys mentioned in the command arguments";
                    case CHANNEL -> "publish to the channel mentioned in the command";
                };
    }

    /** The same for a command of a transaction that is about to run. */
    @Nullable String lateRefusal(Client client, User user, Command command, Arguments arguments) {
        Denial denial = user.check(request(command, arguments));
        if (denial == null) {
            return null;
        }
        add(client, denial, "multi", user.name());
        return LATE_REFUSED
                + switch (denial.reason()) {
                    case COMMAND, LOGIN -> "execute the command or subcommand";
                    case KEY -> "touch the specified keys";
                    case CHANNEL -> "access one of the channels used as arguments";
                };
    }

    private void note(Client client, Denial denial, String name) {
        add(client, denial, client.transaction().isOpen() ? "multi" : "toplevel", name);
    }

    private void add(Client client, Denial denial, String context, String name) {
        long now = node.clock().millis();
        int most = (int) node.settings().number("acllog-max-len");
        log.add(new DenialLog.Entry(1, denial, context, name, now, ClientLine.of(client, false, now)), most);
    }

    /** A command as rules see it. */
    static Request request(Command command, Arguments arguments) {
        List<Request.Key> keys = new ArrayList<>();
        List<Request.Channel> channels = new ArrayList<>();
        for (KeySpec spec : command.keys()) {
            List<String> flags = spec.flags();
            if (!flags.contains("NOT_KEY")) {
                boolean reads = flags.contains("access") && !isBlindSet(command, arguments);
                boolean writes = flags.contains("update") || flags.contains("insert") || flags.contains("delete");
                spec.each(arguments, 0, i -> keys.add(new Request.Key(arguments.copy(i), reads, writes)));
            }
        }
        switch (command.name()) {
            case "publish", "spublish" -> channels.add(new Request.Channel(arguments.copy(1), false));
            case "subscribe", "ssubscribe", "psubscribe" -> {
                for (int i = 1; i < arguments.count(); i++) {
                    channels.add(new Request.Channel(
                            arguments.copy(i), command.name().equals("psubscribe")));
                }
            }
            default -> {
                // no channels
            }
        }
        String first = arguments.count() > 1 ? arguments.text(1) : "";
        return new Request(command.number(), command.name(), first, keys, channels);
    }

    /** SET reads its key only if it is asked for the old value. */
    private static boolean isBlindSet(Command command, Arguments arguments) {
        if (!command.name().equals("set")) {
            return false;
        }
        for (int i = 3; i < arguments.count(); i++) {
            if (arguments.equalsIgnoreCase(i, GET)) {
                return false;
            }
        }
        return true;
    }

    // The file.

    /** Takes users from the file, and ends connections of those that are in it no more. */
    void load() {
        try {
            end(users.load(read(file()), file()));
            users.all().forEach(this::endUnheard);
        } catch (RuleException wrong) {
            throw new Complaint("ERR " + wrong.text());
        } catch (IOException e) {
            throw new Complaint("ERR the ACL file cannot be read (" + e + ")");
        }
    }

    /** Writes users to the file, as a whole or not at all. */
    void save() {
        Path path = Path.of(file()).toAbsolutePath();
        try {
            Path written = Files.createTempFile(path.getParent(), "acl", ".tmp");
            Files.write(written, users.lines(), StandardCharsets.ISO_8859_1);
            Files.move(written, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Complaint("ERR There was an error trying to save the ACLs. Please check the server logs for more"
                    + " information (" + e + ")");
        }
    }

    private String file() {
        String file = node.settings().text("aclfile");
        if (file.isEmpty()) {
            throw new Complaint("ERR This Redis instance is not configured to use an ACL file. You may want to specify"
                    + " users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis"
                    + " configuration file set) in order to store users in the Redis configuration.");
        }
        return file;
    }

    /** Ends the connections of users that are gone. */
    void end(Set<User> gone) {
        for (Client client : node.clients().all()) {
            if (client.user() instanceof User user && gone.contains(user)) {
                client.line().kill();
            }
        }
    }

    /** Ends the connections of a user that listen to what it may not hear any more, each on its own loop. */
    void endUnheard(User user) {
        for (Client client : node.clients().all()) {
            if (client.user() == user) {
                client.line().run(() -> {
                    if (client.user() == user && !hearsOnlyAllowed(client, user)) {
                        client.line().kill();
                    }
                });
            }
        }
    }

    private static boolean hearsOnlyAllowed(Client client, User user) {
        return client.channels().stream().allMatch(each -> user.mayHear(each.bytes(), false))
                && client.shardChannels().stream().allMatch(each -> user.mayHear(each.bytes(), false))
                && client.patterns().stream().allMatch(each -> user.mayHear(each.bytes(), true));
    }

    /** The table of commands as rules see it. */
    private record Numbers(CommandTable table) implements Catalogue {
        @Override
        public int size() {
            return table.numbered().size();
        }

        @Override
        public int number(String name) {
            Command command = table.named(name);
            return command == null ? -1 : command.number();
        }

        @Override
        public BitSet family(int number) {
            Command command = table.numbered().get(number);
            BitSet all = new BitSet();
            all.set(number);
            command.subcommands().values().forEach(sub -> all.set(sub.number()));
            return all;
        }

        @Override
        public @Nullable BitSet category(String name) {
            if (!Categories.ALL.contains(name)) {
                return null;
            }
            BitSet all = new BitSet();
            for (Command command : table.numbered()) {
                if (command.categories().contains(name) && command.body() != null) {
                    all.set(command.number());
                }
            }
            return all;
        }

        @Override
        public Collection<String> categories() {
            return Categories.ALL;
        }
    }

    /** Words of a request from one on, characters as bytes. */
    static List<String> latin(Call call, int from) {
        List<String> words = new ArrayList<>();
        for (int i = from; i < call.count(); i++) {
            words.add(call.latin(i));
        }
        return words;
    }
}
