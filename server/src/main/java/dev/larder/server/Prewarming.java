package dev.larder.server;

import dev.larder.server.command.Node;
import dev.larder.server.command.StoreFilling;
import dev.larder.server.config.Settings;
import dev.larder.server.config.SettingsException;
import dev.larder.server.warm.Bound;
import dev.larder.server.warm.Peer;
import dev.larder.server.warm.PeerTls;
import dev.larder.server.warm.Summary;
import dev.larder.server.warm.Warmup;
import dev.larder.server.warm.Wish;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fills a server from the one that {@code warm-from} names, in the background, while it serves. It begins without what could
 * not be had: a peer that is away keeps no server from starting.
 */
final class Prewarming {
    private static final Logger LOG = System.getLogger(Prewarming.class.getName());
    private static final Bound RATE = new Bound(10_000, Long.MAX_VALUE);
    private static final int PATIENCE_SECONDS = 10;

    private final Node node;
    private final Peer from;
    private final Thread thread = new Thread(this::run, "larder-server-warm");
    private volatile @Nullable Warmup running;
    private volatile boolean isEnding;

    private Prewarming(Node node, Peer from) {
        this.node = node;
        this.from = from;
        thread.setDaemon(true);
    }

    /** What the settings ask for, not started; null for nothing. Throws {@link SettingsException} where they are wrong. */
    static @Nullable Prewarming of(Node node) {
        Settings settings = node.settings();
        String place = settings.text("warm-from");
        if (place.isEmpty()) {
            return null;
        }
        try {
            Peer peer = Peer.at(place)
                    .as(new Peer.Login(settings.text("warm-from-user"), settings.text("warm-from-password")));
            return new Prewarming(
                    node,
                    settings.is("warm-from-tls")
                            ? peer.over(PeerTls.of(
                                    file(settings, "tls-ca-cert-file"),
                                    file(settings, "tls-cert-file"),
                                    file(settings, "tls-key-file")))
                            : peer);
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException("warm-from: " + wrong.getMessage());
        }
    }

    private static @Nullable Path file(Settings settings, String directive) {
        String name = settings.text(directive);
        return name.isEmpty() ? null : Path.of(name);
    }

    void start() {
        thread.start();
    }

    private void run() {
        int databases = (int) node.settings().number("databases");
        for (int database = 0; database < databases && !isEnding; database++) {
            Wish wish = new Wish(database, "", Bound.NONE, RATE);
            Warmup warmup = new Warmup(from, new StoreFilling(node, database), wish, (step, done, total) -> {});
            running = warmup;
            if (isEnding) {
                return;
            }
            try {
                Summary summary = warmup.run();
                tell(database, summary);
                if (summary.ending() != Summary.Ending.DONE) {
                    return;
                }
            } catch (IllegalStateException closed) {
                LOG.log(Level.DEBUG, "the server ended while it was filled from {0}", from);
                return;
            }
        }
    }

    private void tell(int database, Summary summary) {
        Summary.Counts counts = summary.counts();
        boolean isNothing = summary.ending() == Summary.Ending.DONE && counts.copied() + summary.refusals() == 0;
        if (isNothing || isEnding) {
            return;
        }
        String why = summary.why().isEmpty() ? "" : "; it ended early: " + summary.why();
        LOG.log(
                summary.ending() == Summary.Ending.DONE ? Level.INFO : Level.WARNING,
                () -> "database " + database + " was filled from " + from + ": " + counts.copied() + " keys copied, "
                        + counts.there() + " were there already, " + counts.gone() + " had gone, not taken "
                        + summary.refused() + why);
    }

    /** Ends it, and waits until it has ended. */
    void close() {
        isEnding = true;
        Warmup now = running;
        if (now != null) {
            now.stop();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
