package dev.larder.server.warm;

import java.util.ArrayList;
import java.util.List;

/** Copies keys in their order, some at a time. For one thread. */
final class Copying {
    private static final int MOST_KEYS = 250;
    private static final long MOST_BYTES = 4 << 20;
    private static final long LONGEST = 64 << 20;
    private static final String TOO_LONG = "more than 64 MiB";
    private static final String COPYING = "Keys copied";

    private final Source source;
    private final Destination target;
    private final Run run;
    private final Tally tally;

    Copying(Source source, Destination target, Run run) {
        this.source = source;
        this.target = target;
        this.run = run;
        this.tally = run.tally();
    }

    /**
     * Copies keys that are not there.
     *
     * @param total how many there will be in the end, to show how far it is
     * @param areNew whether none of them was copied before, so that what is there counts
     */
    void copy(List<byte[]> keys, long total, boolean areNew) throws Enough, InterruptedException {
        int at = 0;
        while (at < keys.size()) {
            run.checkStopped();
            long wanted = run.wish().limit().keys() - tally.done();
            if (wanted <= 0) {
                throw new Enough(Summary.Ending.DONE, "");
            }
            int end =
                    (int) Math.min(keys.size(), at + Math.min(wanted, run.pace().portion(MOST_KEYS)));
            copyMissing(keys.subList(at, end), areNew);
            at = end;
            run.progress().at(COPYING, Math.min(tally.done(), total), total);
        }
    }

    private void copyMissing(List<byte[]> keys, boolean areNew) throws Enough, InterruptedException {
        boolean[] has = target.has(keys);
        List<byte[]> missing = new ArrayList<>();
        for (int i = 0; i < has.length; i++) {
            if (!has[i]) {
                missing.add(keys.get(i));
            }
        }
        tally.there(areNew ? keys.size() - missing.size() : 0);
        long[] sizes = source.sizes(missing);
        List<byte[]> together = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == Source.GONE) {
                tally.gone(1);
            } else if (sizes[i] > LONGEST) {
                tally.refused(TOO_LONG);
            } else {
                long most = Math.min(MOST_BYTES, run.wish().limit().bytes() - tally.bytes());
                if (!together.isEmpty() && bytes + sizes[i] > most) {
                    move(together, bytes);
                    together.clear();
                    bytes = 0;
                }
                together.add(missing.get(i));
                bytes += sizes[i];
            }
        }
        if (!together.isEmpty()) {
            move(together, bytes);
        }
    }

    private void move(List<byte[]> keys, long expectedBytes) throws Enough, InterruptedException {
        run.pace().await();
        run.checkStopped();
        if (tally.bytes() >= run.wish().limit().bytes()) {
            throw new Enough(Summary.Ending.DONE, "");
        }
        String obstacle = target.obstacle(expectedBytes);
        if (obstacle != null) {
            throw new Enough(Summary.Ending.FULL, obstacle);
        }
        List<Item> items = source.take(keys, tally);
        long before = tally.bytes();
        List<Outcome> outcomes = target.restore(items);
        String full = "";
        for (int i = 0; i < items.size(); i++) {
            Outcome outcome = outcomes.get(i);
            switch (outcome.kind()) {
                case COPIED -> tally.copied(items.get(i).payload().length);
                case THERE -> tally.there(1);
                case GONE -> tally.gone(1);
                case REFUSED -> tally.refused(outcome.reason());
                case FULL -> full = outcome.reason();
            }
        }
        run.pace().did(keys.size(), tally.bytes() - before);
        if (!full.isEmpty()) {
            throw new Enough(Summary.Ending.FULL, full);
        }
    }
}
