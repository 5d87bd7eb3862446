package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.acl.Denial;
import dev.larder.server.acl.DenialLog;
import dev.larder.server.acl.RuleException;
import dev.larder.server.acl.User;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Users and their rules. */
final class AclCommands {
    private static final byte[] RESET = Ascii.bytes("reset");
    private static final int GENERATED_BITS = 256;
    private static final int MOST_BITS = 4096;
    private static final int SHOWN_ENTRIES = 10;
    private static final String WRONG_BITS = "ERR ACL GENPASS argument must be the number of bits for the output"
            + " password, a positive number up to " + MOST_BITS;
    private static final SecureRandom RANDOM = new SecureRandom();

    private AclCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("acl|cat", AclCommands::categories);
        bodies.put("acl|deluser", AclCommands::remove);
        bodies.put("acl|dryrun", AclCommands::tryOut);
        bodies.put("acl|genpass", AclCommands::generate);
        bodies.put("acl|getuser", AclCommands::describe);
        bodies.put("acl|help", HelpText::reply);
        bodies.put("acl|list", call -> bulks(call, call.node().access().users().lines()));
        bodies.put("acl|load", call -> {
            call.node().access().load();
            call.out().ok();
        });
        bodies.put("acl|log", AclCommands::log);
        bodies.put("acl|save", call -> {
            call.node().access().save();
            call.out().ok();
        });
        bodies.put("acl|setuser", AclCommands::change);
        bodies.put(
                "acl|users",
                call -> bulks(
                        call,
                        call.node().access().users().all().stream()
                                .map(User::name)
                                .toList()));
        bodies.put(
                "acl|whoami",
                call -> call.out().bulk(call.client().user() instanceof User user ? user.name() : "default"));
    }

    private static void bulks(Call call, List<String> texts) {
        call.out().array(texts.size());
        texts.forEach(text -> latin(call.out(), text));
    }

    private static void latin(ReplyWriter out, String text) {
        out.bulk(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private static void categories(Call call) {
        if (call.count() > 3) {
            throw wrongCount(call);
        }
        if (call.count() == 2) {
            bulks(call, List.copyOf(call.node().access().users().catalogue().categories()));
            return;
        }
        String wanted = call.text(2).toLowerCase(Locale.ROOT);
        if (!Categories.ALL.contains(wanted)) {
            throw new Complaint("ERR Unknown category '" + call.text(2) + "'");
        }
        bulks(
                call,
                call.node().table().numbered().stream()
                        .filter(each -> each.body() != null && each.categories().contains(wanted))
                        .map(Command::name)
                        .toList());
    }

    private static Complaint wrongCount(Call call) {
        return new Complaint(
                "ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try ACL HELP.");
    }

    private static void change(Call call) {
        try {
            Access access = call.node().access();
            access.endUnheard(access.users().change(call.latin(2), Access.latin(call, 3)));
        } catch (RuleException wrong) {
            throw new Complaint("ERR " + wrong.text());
        }
        call.out().ok();
    }

    private static void remove(Call call) {
        Set<User> gone = new HashSet<>();
        for (int i = 2; i < call.count(); i++) {
            try {
                User user = call.node().access().users().remove(call.latin(i));
                if (user != null) {
                    gone.add(user);
                }
            } catch (RuleException wrong) {
                throw new Complaint("ERR " + wrong.text());
            }
        }
        call.node().access().end(gone);
        call.out().integer(gone.size());
    }

    private static void describe(Call call) {
        User user = call.node().access().users().named(call.latin(2));
        ReplyWriter out = call.out();
        if (user == null) {
            out.nil();
            return;
        }
        List<User.Shown> all = user.shown();
        out.map(6);
        out.bulk("flags");
        out.set(user.flags().size());
        user.flags().forEach(out::bulk);
        out.bulk("passwords");
        bulks(call, user.passwords());
        rights(out, all.get(0));
        out.bulk("selectors");
        out.array(all.size() - 1);
        for (User.Shown selector : all.subList(1, all.size())) {
            out.map(3);
            rights(out, selector);
        }
    }

    private static void rights(ReplyWriter out, User.Shown shown) {
        out.bulk("commands");
        latin(out, shown.commands());
        out.bulk("keys");
        latin(out, shown.keys());
        out.bulk("channels");
        latin(out, shown.channels());
    }

    private static void generate(Call call) {
        if (call.count() > 3) {
            throw wrongCount(call);
        }
        long bits = GENERATED_BITS;
        if (call.count() == 3) {
            bits = call.integer(2);
            if (bits <= 0 || bits > MOST_BITS) {
                throw new Complaint(WRONG_BITS);
            }
        }
        int digits = (int) ((bits + 3) / 4);
        byte[] bytes = new byte[(digits + 1) / 2];
        RANDOM.nextBytes(bytes);
        call.out().bulk(HexFormat.of().formatHex(bytes).substring(0, digits));
    }

    private static void tryOut(Call call) {
        User user = call.node().access().users().named(call.latin(2));
        if (user == null) {
            throw new Complaint("ERR User '" + call.text(2) + "' not found");
        }
        Arguments words = shifted(call, 3);
        Command command = call.node().table().find(words);
        if (command == null || (command.body() == null && words.count() > 1)) {
            throw new Complaint("ERR Command '" + call.text(3) + "' not found");
        }
        if (!command.takes(words.count())) {
            throw Dispatcher.wrongCount(command);
        }
        Denial denial = user.check(Access.request(command, words));
        if (denial == null) {
            call.out().ok();
            return;
        }
        String object = "'" + denial.object() + "' ";
        latin(
                call.out(),
                "This user has no permissions to "
                        + switch (denial.reason()) {
                            case COMMAND, LOGIN -> "run the " + object + "command";
                            case KEY -> "access the " + object + "key";
                            case CHANNEL -> "access the " + object + "channel";
                        });
    }

    private static Arguments shifted(Call call, int from) {
        Arguments all = call.arguments();
        int[] lengths = new int[all.count() - from];
        int sum = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = all.length(from + i);
            sum += lengths[i];
        }
        byte[] bytes = new byte[sum];
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            System.arraycopy(all.array(from + i), all.offset(from + i), bytes, at, lengths[i]);
            at += lengths[i];
        }
        return Arguments.of(bytes, lengths, lengths.length);
    }

    private static void log(Call call) {
        if (call.count() > 3) {
            throw wrongCount(call);
        }
        DenialLog log = call.node().access().log();
        if (call.count() == 3 && call.is(2, RESET)) {
            log.clear();
            call.out().ok();
            return;
        }
        long most = call.count() == 3 ? call.integer(2) : SHOWN_ENTRIES;
        List<DenialLog.Entry> entries = log.latest(Math.clamp(most, 0, Integer.MAX_VALUE));
        ReplyWriter out = call.out();
        out.array(entries.size());
        for (DenialLog.Entry entry : entries) {
            out.map(7);
            out.bulk("count");
            out.integer(entry.count());
            out.bulk("reason");
            out.bulk(entry.denial().reason().word());
            out.bulk("context");
            out.bulk(entry.context());
            out.bulk("object");
            latin(out, entry.denial().object());
            out.bulk("username");
            latin(out, entry.user());
            out.bulk("age-seconds");
            out.real((call.now() - entry.atMillis()) / 1000.0);
            out.bulk("client-info");
            out.bulk(entry.client());
        }
    }
}
