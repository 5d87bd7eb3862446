package dev.larder.cli;

import dev.larder.server.warm.Bound;
import dev.larder.server.warm.Peer;
import dev.larder.server.warm.PeerTls;
import dev.larder.server.warm.Wish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What {@code larder warm --from} is told. What is wrong with it is an {@link IllegalArgumentException} whose message says
 * which rule was broken.
 */
final class PeerOptions {
    private static final String STANDARD_TARGET = "127.0.0.1:6379";
    private static final String STANDARD_RATE = "10000/s";
    private static final int MOST_DATABASE = 1_000_000;

    @Option(
            names = "--from",
            paramLabel = "HOST:PORT",
            description = "A larder server, Redis or Valkey in use, from which another one is filled.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            description = "The server to fill. Default: " + STANDARD_TARGET + ".")
    private @Nullable String to;

    @Option(names = "--match", paramLabel = "PATTERN", description = "Which keys, as SCAN's MATCH. Default: all.")
    private @Nullable String match;

    @Option(
            names = "--limit",
            paramLabel = "N|SIZE",
            description = "Stops after so many keys, such as 50000, or bytes of values, such as 100mb.")
    private @Nullable String limit;

    @Option(names = "--database", paramLabel = "N", description = "The database, on both sides. Default: 0.")
    private @Nullable Integer database;

    @Option(names = "--from-user", paramLabel = "NAME", description = "Who logs in there. Default: 'default'.")
    private @Nullable String fromUser;

    @Option(names = "--to-user", paramLabel = "NAME", description = "The same for --to.")
    private @Nullable String toUser;

    @Option(
            names = "--from-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the password. Default: the variable LARDER_FROM_PASSWORD.")
    private @Nullable Path fromPasswordFile;

    @Option(names = "--to-password-file", paramLabel = "FILE", description = "The same for --to; LARDER_TO_PASSWORD.")
    private @Nullable Path toPasswordFile;

    @Option(names = "--from-tls", description = "Speaks TLS with --from.")
    private boolean fromTls;

    @Option(names = "--to-tls", description = "Speaks TLS with --to.")
    private boolean toTls;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "Who is trusted, PEM. Default: those that the JDK trusts.")
    private @Nullable Path tlsCa;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "The certificate to show, PEM.")
    private @Nullable Path tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key, PEM in PKCS #8.")
    private @Nullable Path tlsKey;

    /** Whether a peer is named. */
    boolean isPeerNamed() {
        return from != null;
    }

    /** The first option that was given and means something beside --from only; null for none. */
    @Nullable String stray() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("--to", to);
        all.put("--match", match);
        all.put("--limit", limit);
        all.put("--database", database);
        all.put("--from-user", fromUser);
        all.put("--to-user", toUser);
        all.put("--from-password-file", fromPasswordFile);
        all.put("--to-password-file", toPasswordFile);
        all.put("--from-tls", fromTls ? "" : null);
        all.put("--to-tls", toTls ? "" : null);
        all.put("--tls-ca", tlsCa);
        all.put("--tls-cert", tlsCert);
        all.put("--tls-key", tlsKey);
        return all.entrySet().stream()
                .filter(each -> each.getValue() != null)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** The server that is copied from. */
    Peer source(Function<String, @Nullable String> environment) {
        Peer peer = at("--from", Objects.requireNonNull(from));
        String password = password("--from-password-file", fromPasswordFile, environment.apply("LARDER_FROM_PASSWORD"));
        return made(peer, login("--from", fromUser, password), fromTls);
    }

    /** The server to be filled. */
    Peer target(Function<String, @Nullable String> environment) {
        Peer peer = at("--to", to == null ? STANDARD_TARGET : to);
        if (peer.toString().equals(at("--from", Objects.requireNonNull(from)).toString())) {
            throw new IllegalArgumentException("--from and --to must name two servers but both are " + peer);
        }
        String password = password("--to-password-file", toPasswordFile, environment.apply("LARDER_TO_PASSWORD"));
        return made(peer, login("--to", toUser, password), toTls);
    }

    private static Peer at(String option, String place) {
        try {
            return Peer.at(place);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static Peer.Login login(String option, @Nullable String user, String password) {
        if (user != null && password.isEmpty()) {
            throw new IllegalArgumentException(option + "-user needs a password: give " + option
                    + "-password-file or the variable LARDER_"
                    + option.substring(2).toUpperCase(Locale.ROOT)
                    + "_PASSWORD");
        }
        return new Peer.Login(user == null ? "" : user, password);
    }

    private static String password(String option, @Nullable Path file, @Nullable String variable) {
        if (file == null) {
            return variable == null ? "" : variable;
        }
        try {
            String password = Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (password.isEmpty()) {
                throw new IllegalArgumentException(
                        option + " must name a file with a password but '" + file + "' has none in its first line");
            }
            return password;
        } catch (IOException e) {
            throw new IllegalArgumentException(option + " must name a file that can be read but was '" + file + "'", e);
        }
    }

    private Peer made(Peer peer, Peer.Login login, boolean isEncrypted) {
        Peer known = peer.as(login);
        if ((tlsCert == null) != (tlsKey == null)) {
            throw new IllegalArgumentException("--tls-cert and --tls-key must be given together");
        }
        return isEncrypted ? known.over(PeerTls.of(tlsCa, tlsCert, tlsKey)) : known;
    }

    /** What is to be copied. */
    Wish wish(@Nullable String rate) {
        int number = database == null ? 0 : database;
        if (number < 0 || number > MOST_DATABASE) {
            throw new IllegalArgumentException(
                    "--database must be a number from 0 to " + MOST_DATABASE + " but was " + number);
        }
        return new Wish(
                number,
                match == null ? "" : match,
                limit == null ? Bound.NONE : bound("--limit", limit, limit),
                bound("--rate", rate == null ? STANDARD_RATE : rate, perSecond(rate == null ? STANDARD_RATE : rate)));
    }

    private static String perSecond(String rate) {
        return rate.endsWith("/s") ? rate.substring(0, rate.length() - 2) : rate;
    }

    private static Bound bound(String option, String given, String text) {
        try {
            return Bound.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " must be a number of keys, such as 5000, or a size, such as 50mb, but was '" + given
                            + "'",
                    e);
        }
    }
}
