package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.MemcachedAddress.Login;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Reply.Word;
import dev.larder.protocol.memcached.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
        // One by one: a server that wants a login swallows what comes together with a wrong one.
        return logIn(name, session)
                .thenCompose(in -> ask(session, new Request.AskVersion()))
                .thenCompose(reply -> judge(name, session, reply));
    }

    private CompletionStage<@Nullable Void> logIn(String name, Session session) {
        Login mine = login;
        if (mine == null) {
            return CompletableFuture.completedFuture(null);
        }
        byte[] words = (mine.user() + ' ' + mine.password()).getBytes(StandardCharsets.UTF_8);
        return ask(session, new Request.Set(ANY_KEY, 0, 0, words)).thenApply(reply -> {
            if (!reply.equals(new Reply.Line(Word.STORED))) {
                throw notIn(name, reply);
            }
            return null;
        });
    }

    private static CompletionStage<Void> judge(String name, Session session, Reply version) {
        if (version instanceof Reply.Failure) {
            throw notIn(name, version);
        }
        if (!(version instanceof Reply.Version told)) {
            throw new TierException(name + " is not a Memcached: it does not tell its version", null);
        }
        Matcher numbers = VERSION.matcher(told.text());
        boolean isNumbered = numbers.matches();
        if (isNumbered && isBefore(numbers, NEEDED)) {
            throw tooOld(name, told.text());
        }
        // Another program, or a proxy that tells the version of a server behind it: whether it knows the commands is
        // tried.
        return ask(session, new Request.Noop()).thenAccept(reply -> {
            if (!(reply instanceof Reply.Meta meta && meta.status() == Status.MN)) {
                throw isNumbered ? withoutMeta(name) : tooOld(name, told.text());
            }
            session.namesCas(isNumbered && !isBefore(numbers, NAMES_CAS));
        });
    }

    private static CompletionStage<Reply> ask(Session session, Request request) {
        return session.send(List.of(request)).thenApply(replies -> replies.get(0));
    }

    private static TierException tooOld(String name, String version) {
        return new TierException(
                name + " is Memcached " + version + ", whose meta commands are missing or incomplete."
                        + " Version 1.6.13 or later is needed.",
                null);
    }

    private static TierException withoutMeta(String name) {
        return new TierException(
                name + " tells a version that has meta commands and does not take them: it is a proxy, or a server that"
                        + " only looks like Memcached. Name the servers behind it instead.",
                null);
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
