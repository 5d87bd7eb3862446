package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.MemcachedAddress.Login;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Reply.Word;
import dev.larder.protocol.memcached.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is said first on each connection: the login, if there is one, and the question what the server can do. Thread-safe:
 * immutable.
 */
final class Greeting {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4}).*");
    /** Before it, {@code md} with a CAS number fails and {@code ms} tells none, or a wrong one. */
    private static final int[] NEEDED = {1, 6, 13};
    /** From here on clients may choose CAS numbers. */
    private static final int[] NAMES_CAS = {1, 6, 27};

    private static final Key ANY_KEY = Key.of("auth");

    private final @Nullable Login login;

    Greeting(@Nullable Login login) {
        this.login = login;
    }

    /** Completes when the server may be used; fails with a {@link TierException} that says why it may not. */
    CompletionStage<Void> greet(String name, Session session) {
        List<Request> questions = new ArrayList<>();
        Login mine = login;
        if (mine != null) {
            byte[] words = (mine.user() + ' ' + mine.password()).getBytes(StandardCharsets.UTF_8);
            questions.add(new Request.Set(ANY_KEY, 0, 0, words));
        }
        questions.add(new Request.AskVersion());
        questions.add(new Request.Noop());
        return session.send(questions).thenAccept(replies -> {
            if (mine != null && !replies.get(0).equals(new Reply.Line(Word.STORED))) {
                throw notIn(name, replies.get(0));
            }
            int at = mine == null ? 0 : 1;
            judge(name, session, replies.get(at), replies.get(at + 1));
        });
    }

    private static void judge(String name, Session session, Reply version, Reply noop) {
        if (version instanceof Reply.Failure) {
            throw notIn(name, version);
        }
        if (!(version instanceof Reply.Version told)) {
            throw new TierException(name + " is not a Memcached: it does not tell its version", null);
        }
        boolean hasMeta = noop instanceof Reply.Meta meta && meta.status() == Status.MN;
        Matcher numbers = VERSION.matcher(told.text());
        boolean known = numbers.matches();
        if (!hasMeta || (known && isBefore(numbers, NEEDED))) {
            throw new TierException(
                    name + " is Memcached " + told.text() + ", whose meta commands are missing or incomplete."
                            + " Version 1.6.13 or later is needed.",
                    null);
        }
        session.namesCas(known && !isBefore(numbers, NAMES_CAS));
    }

    private static boolean isBefore(Matcher numbers, int[] limit) {
        for (int i = 0; i < limit.length; i++) {
            int number = Integer.parseInt(numbers.group(i + 1));
            if (number != limit[i]) {
                return number < limit[i];
            }
        }
        return false;
    }

    private static TierException notIn(String name, Reply reply) {
        boolean wantsLogin =
                reply instanceof Reply.Failure failure && failure.message().contains("auth");
        return new TierException(
                name
                        + (wantsLogin
                                ? " refused the user or the password. Check the login in the tier's URI."
                                : " did not take the login: "
                                        + Trouble.refused(reply).getMessage()),
                null);
    }
}
