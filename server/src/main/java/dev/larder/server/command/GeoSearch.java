package dev.larder.server.command;

import static dev.larder.server.store.ValueType.SORTED_SET;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import dev.larder.server.store.SortedSetAccess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Places around a place: those within some distance, or in a box. Looks at the members of a dozen ranges of scores at most. */
@SuppressWarnings("try") // a section is held, not used
final class GeoSearch {
    private static final String NO_RADIUS = "ERR need numeric radius";
    private static final String NEGATIVE_RADIUS = "ERR radius cannot be negative";
    private static final String NO_WIDTH = "ERR need numeric width";
    private static final String NO_HEIGHT = "ERR need numeric height";
    private static final String NEGATIVE_BOX = "ERR height or width cannot be negative";
    private static final String NO_MEMBER = "ERR could not decode requested zset member";
    private static final String NO_COUNT = "ERR COUNT must be > 0";
    private static final String ANY_NEEDS_COUNT = "ERR the ANY argument requires COUNT argument";

    private GeoSearch() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("georadius", call -> run(call, Form.radius(false, true), 1));
        bodies.put("georadius_ro", call -> run(call, Form.radius(false, false), 1));
        bodies.put("georadiusbymember", call -> run(call, Form.radius(true, true), 1));
        bodies.put("georadiusbymember_ro", call -> run(call, Form.radius(true, false), 1));
        bodies.put("geosearch", call -> run(call, new Form(false, false, false, false), 1));
        bodies.put("geosearchstore", call -> run(call, new Form(false, false, false, true), 2));
    }

    /**
     * Which command it is.
     *
     * @param isRadius whether centre and radius come first, and not as options
     * @param byMember whether the centre is a member then
     * @param mayStore whether options may say where to store
     * @param stores whether the first word says so
     */
    private record Form(boolean isRadius, boolean byMember, boolean mayStore, boolean stores) {
        static Form radius(boolean byMember, boolean mayStore) {
            return new Form(true, byMember, mayStore, false);
        }
    }

    /** A place that was found. */
    private record Found(Slice member, double score, Geo.Point point, double metres) {}

    /** What is asked for, as it is read from a command's words. */
    private static final class Asked {
        private final Call call;
        private final Form form;
        private final SortedSetAccess scores;
        private final boolean isThere;
        private Geo.@Nullable Point centre;
        private boolean isFromMember;
        private boolean isFromPoint;
        private double width;
        private double height;
        private double radius = -1;
        private boolean isBox;
        private double unit = 1;
        private boolean withDistance;
        private boolean withHash;
        private boolean withPoint;
        private boolean isAny;
        private int order;
        private long count;
        private int storeWord = -1;
        private boolean storesDistance;

        Asked(Call call, Form form, Entry entry) {
            this.call = call;
            this.form = form;
            this.scores = entry.scores();
            this.isThere = entry.isPresent();
        }

        private boolean is(int word, String lower) {
            return call.is(word, Ascii.bytes(lower));
        }

        /** Reads all words; {@code key} is the place of the key. */
        void read(int key) {
            int at = key + 1;
            if (form.isRadius) {
                at = form.byMember ? member(at) : point(at);
                if (form.byMember && !isThere) {
                    radius = 0; // as in Redis, nobody looks at the words
                } else {
                    radius(at);
                }
                at += 2;
            }
            while (at < call.count()) {
                at += option(at, call.count() - at - 1);
            }
            check();
        }

        private int point(int at) {
            centre = GeoCommands.point(call, at);
            return at + 2;
        }

        private int member(int at) {
            if (isThere) {
                double score = scores.score(call.extra(at));
                if (Double.isNaN(score)) {
                    throw new Complaint(NO_MEMBER);
                }
                centre = Geo.point(score);
            } else {
                centre = new Geo.Point(0, 0);
            }
            return at + 1;
        }

        private void radius(int at) {
            radius = Doubles.of(call, at, NO_RADIUS);
            if (radius < 0) {
                throw new Complaint(NEGATIVE_RADIUS);
            }
            unit = GeoCommands.unit(call, at + 1);
            radius *= unit;
        }

        private void box(int at) {
            width = Doubles.of(call, at, NO_WIDTH);
            height = Doubles.of(call, at + 1, NO_HEIGHT);
            if (width < 0 || height < 0) {
                throw new Complaint(NEGATIVE_BOX);
            }
            unit = GeoCommands.unit(call, at + 2);
            width *= unit;
            height *= unit;
            isBox = true;
        }

        /** Reads an option; how many words it has. */
        private int option(int at, int left) {
            if (is(at, "withdist")) {
                withDistance = true;
            } else if (is(at, "withhash")) {
                withHash = true;
            } else if (is(at, "withcoord")) {
                withPoint = true;
            } else if (is(at, "any")) {
                isAny = true;
            } else if (is(at, "asc")) {
                order = 1;
            } else if (is(at, "desc")) {
                order = -1;
            } else if (form.stores && is(at, "storedist")) {
                storesDistance = true;
            } else {
                return longOption(at, left);
            }
            return 1;
        }

        private int longOption(int at, int left) {
            if (left >= 1 && is(at, "count")) {
                count = call.integer(at + 1);
                if (count <= 0) {
                    throw new Complaint(NO_COUNT);
                }
                return 2;
            }
            if (left >= 1 && form.mayStore && (is(at, "store") || is(at, "storedist"))) {
                storeWord = at + 1;
                storesDistance = is(at, "storedist");
                return 2;
            }
            if (!form.isRadius && left >= 1 && !isFromPoint && is(at, "frommember")) {
                member(at + 1);
                isFromMember = true;
                return 2;
            }
            if (!form.isRadius && left >= 2 && !isFromMember && is(at, "fromlonlat")) {
                point(at + 1);
                isFromPoint = true;
                return 3;
            }
            if (!form.isRadius && left >= 2 && !isBox && is(at, "byradius")) {
                radius(at + 1);
                return 3;
            }
            if (!form.isRadius && left >= 3 && radius < 0 && is(at, "bybox")) {
                box(at + 1);
                return 4;
            }
            throw new Complaint(Complaint.SYNTAX);
        }

        private void check() {
            String name = call.command().name();
            if ((storeWord >= 0 || form.stores) && (withDistance || withHash || withPoint)) {
                String what = form.stores ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
                throw new Complaint("ERR " + what + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
            }
            if (centre == null) {
                throw new Complaint("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for "
                        + name.toLowerCase(Locale.ROOT));
            }
            if (radius < 0 && !isBox) {
                throw new Complaint(
                        "ERR exactly one of BYRADIUS and BYBOX can be specified for " + name.toLowerCase(Locale.ROOT));
            }
            if (isAny && count == 0) {
                throw new Complaint(ANY_NEEDS_COUNT);
            }
            if (count > 0 && order == 0 && !isAny) {
                order = 1;
            }
        }

        /** The distance of a place, or -1 where it is outside. */
        private double within(Geo.Point middle, Geo.Point point) {
            if (!isBox) {
                double metres = middle.distance(point);
                return metres <= radius ? metres : -1;
            }
            double north = middle.distance(new Geo.Point(middle.longitude(), point.latitude()));
            double east = new Geo.Point(middle.longitude(), point.latitude()).distance(point);
            return north <= height / 2 && east <= width / 2 ? middle.distance(point) : -1;
        }

        List<Found> find() {
            List<Found> found = new ArrayList<>();
            Geo.Point middle = centre;
            if (!isThere || middle == null) {
                return found;
            }
            double east = isBox ? width / 2 : radius;
            double north = isBox ? height / 2 : radius;
            long[] bytes = {0};
            Geo.cells(middle, east, north, (from, to) -> {
                long first = scores.below(from, false);
                long most = isAny ? count - found.size() : Long.MAX_VALUE;
                if (most > 0) {
                    scores.range(first, scores.below(to, false) - first, (member, score) -> {
                        Geo.Point point = Geo.point(score);
                        double metres = within(middle, point);
                        if (metres >= 0 && (!isAny || found.size() < count)) {
                            bytes[0] += member.length() + Gathered.OVERHEAD;
                            call.room(bytes[0]);
                            found.add(new Found(Slice.of(member.toBytes()), score, point, metres));
                        }
                    });
                }
            });
            if (order != 0) {
                Comparator<Found> byDistance = Comparator.comparingDouble(Found::metres);
                found.sort(order > 0 ? byDistance : byDistance.reversed());
            }
            return count > 0 && count < found.size() ? found.subList(0, (int) count) : found;
        }
    }

    private static void run(Call call, Form form, int key) {
        try (Section section = call.lock();
                Entry entry = call.read(key, SORTED_SET)) {
            Asked asked = new Asked(call, form, entry);
            asked.read(key);
            List<Found> found = asked.find();
            int storeWord = form.stores ? 1 : asked.storeWord;
            if (storeWord < 0) {
                reply(call, asked, found);
                return;
            }
            try (Entry target = call.openOther(storeWord, call.client().database())) {
                call.out()
                        .integer(target.scores()
                                .replace(building -> found.forEach(each -> building.put(
                                        each.member(),
                                        asked.storesDistance ? each.metres() / asked.unit : each.score()))));
            }
        }
    }

    private static void reply(Call call, Asked asked, List<Found> found) {
        int extras = (asked.withDistance ? 1 : 0) + (asked.withHash ? 1 : 0) + (asked.withPoint ? 1 : 0);
        call.out().array(found.size());
        for (Found each : found) {
            if (extras > 0) {
                call.out().array(1 + extras);
            }
            SetCommands.write(call, call.out(), each.member());
            if (asked.withDistance) {
                GeoCommands.distance(call, each.metres() / asked.unit);
            }
            if (asked.withHash) {
                call.out().integer((long) each.score());
            }
            if (asked.withPoint) {
                GeoCommands.write(call, each.point());
            }
        }
    }
}
