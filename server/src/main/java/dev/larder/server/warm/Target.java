package dev.larder.server.warm;

import dev.larder.failure.TierException;
import dev.larder.protocol.resp.Reply;
import dev.larder.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that is filled by commands. */
final class Target implements Destination {
    /** Redis counts what it has not read yet, and a value is larger there than on the way. */
    private static final int TIMES = 2;

    private static final double MEBI = 1 << 20;
    private static final List<String> FINAL =
            List.of("NOPERM", "NOAUTH", "READONLY", "MISCONF", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "MOVED");

    private final PeerLink link;
    private final Ticker ticker;
    private final Memory atStart;

    private record Memory(long used, long bound, long evicted) {}

    Target(PeerLink link, Ticker ticker) {
        this.link = link;
        this.ticker = ticker;
        this.atStart = memory();
    }

    private Memory memory() {
        List<Reply> replies = link.ask(List.of(info("memory"), info("stats")));
        if (replies.get(0) instanceof Reply.Bulk memory && replies.get(1) instanceof Reply.Bulk stats) {
            return new Memory(
                    number(memory, "used_memory"), number(memory, "maxmemory"), number(stats, "evicted_keys"));
        }
        throw new TierException(
                link.peer() + " does not answer to INFO, by which one sees whether it is full: " + said(replies.get(0)),
                null);
    }

    private static List<byte[]> info(String section) {
        return List.of(Source.latin("INFO"), Source.latin(section));
    }

    private static long number(Reply.Bulk info, String name) {
        String text = new String(info.bytes(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .filter(digits -> digits.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private static String said(Reply reply) {
        return reply instanceof Reply.Failure failure ? failure.message() : "no reply that is known";
    }

    @Override
    public @Nullable String obstacle(long bytes) {
        Memory now = memory();
        if (now.evicted > atStart.evicted) {
            return String.format(
                    Locale.ROOT,
                    "%s evicts, %,d keys since this began: more would push out what is hot there",
                    link.peer(),
                    now.evicted - atStart.evicted);
        }
        if (now.bound > 0 && now.used + TIMES * bytes > now.bound) {
            return String.format(
                    Locale.ROOT,
                    "%s is full, with %.1f of %.1f MiB: more would push out what is hot there",
                    link.peer(),
                    now.used / MEBI,
                    now.bound / MEBI);
        }
        return null;
    }

    @Override
    public boolean[] has(List<byte[]> keys) {
        List<Reply> replies = link.ask(
                keys.stream().map(key -> List.of(Source.latin("EXISTS"), key)).toList());
        boolean[] has = new boolean[keys.size()];
        for (int i = 0; i < has.length; i++) {
            if (!(replies.get(i) instanceof Reply.Int count)) {
                throw refused("EXISTS", replies.get(i));
            }
            has[i] = count.number() > 0;
        }
        return has;
    }

    @Override
    public List<Outcome> restore(List<Item> items) {
        List<Outcome> outcomes = new ArrayList<>();
        List<List<byte[]>> requests = new ArrayList<>();
        long clock = clock();
        long nanos = ticker.nanos(); // behind the clock's reading, so that nothing lives longer than it may
        for (Item item : items) {
            long left = item.life().left(nanos);
            if (left >= 0) {
                requests.add(request(item, left == 0 ? 0 : clock + left));
            }
            outcomes.add(Outcome.of(left < 0 ? Outcome.Kind.GONE : Outcome.Kind.COPIED));
        }
        int next = 0;
        List<Reply> replies = link.ask(requests);
        for (int i = 0; i < items.size(); i++) {
            if (outcomes.get(i).kind() == Outcome.Kind.COPIED) {
                outcomes.set(i, outcome(items.get(i), replies.get(next++)));
            }
        }
        return outcomes;
    }

    /** What the time is there: expiries are said by that clock, so they count from now on, and not from when they arrive. */
    private long clock() {
        Reply reply = link.ask("TIME");
        if (reply instanceof Reply.Several both
                && both.elements().size() == 2
                && both.elements().get(0) instanceof Reply.Bulk seconds
                && both.elements().get(1) instanceof Reply.Bulk micros) {
            return TimeUnit.SECONDS.toMillis(number(seconds)) + TimeUnit.MICROSECONDS.toMillis(number(micros));
        }
        throw refused("TIME", reply);
    }

    private static long number(Reply.Bulk digits) {
        String text = new String(digits.bytes(), StandardCharsets.US_ASCII);
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }

    private static List<byte[]> request(Item item, long expiresAt) {
        List<byte[]> words = new ArrayList<>();
        words.add(Source.latin("RESTORE"));
        words.add(item.key());
        words.add(Source.latin(Long.toString(expiresAt)));
        words.add(item.payload());
        words.add(Source.latin("ABSTTL"));
        words.addAll(item.use());
        return words;
    }

    private Outcome outcome(Item item, Reply reply) {
        if (reply instanceof Reply.Simple) {
            return Outcome.of(Outcome.Kind.COPIED);
        }
        String said = said(reply);
        if (said.startsWith("BUSYKEY")) {
            return Outcome.of(Outcome.Kind.THERE);
        }
        if (said.startsWith("OOM")) {
            return new Outcome(Outcome.Kind.FULL, link.peer() + " is full: " + said);
        }
        if (FINAL.stream().anyMatch(said::startsWith)) {
            throw refused("RESTORE", reply);
        }
        return Outcome.refused(item, said);
    }

    private TierException refused(String what, Reply reply) {
        return new TierException(link.peer() + " does not answer to " + what + ": " + said(reply), null);
    }
}
