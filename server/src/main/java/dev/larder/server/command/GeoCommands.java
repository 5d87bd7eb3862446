package dev.larder.server.command;

import static dev.larder.server.store.ValueType.SORTED_SET;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.store.Entry;
import dev.larder.server.store.SortedSetAccess;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;

/** Places on the earth: adding them, and what is known of single ones. */
final class GeoCommands {
    private static final byte[] NX = Ascii.bytes("nx");
    private static final byte[] XX = Ascii.bytes("xx");
    private static final byte[] CH = Ascii.bytes("ch");
    private static final byte[] METRES = Ascii.bytes("m");
    private static final byte[] KILOMETRES = Ascii.bytes("km");
    private static final byte[] FEET = Ascii.bytes("ft");
    private static final byte[] MILES = Ascii.bytes("mi");
    private static final int SHOWN_DIGITS = 17;
    private static final String UNIT = "ERR unsupported unit provided. please use M, KM, FT, MI";

    private GeoCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("geoadd", GeoCommands::geoadd);
        bodies.put("geopos", GeoCommands::geopos);
        bodies.put("geodist", GeoCommands::geodist);
        bodies.put("geohash", GeoCommands::geohash);
    }

    private static void geoadd(Call call) {
        int first = 2;
        boolean isNx = false;
        boolean isXx = false;
        boolean isCh = false;
        for (; first < call.count(); first++) {
            if (call.is(first, NX)) {
                isNx = true;
            } else if (call.is(first, XX)) {
                isXx = true;
            } else if (call.is(first, CH)) {
                isCh = true;
            } else {
                break;
            }
        }
        if ((call.count() - first) % 3 != 0 || (isNx && isXx)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        double[] scores = new double[(call.count() - first) / 3];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Geo.score(point(call, first + 3 * i));
        }
        if (scores.length == 0) {
            throw new Complaint(Complaint.SYNTAX);
        }
        int changed = 0;
        try (Entry entry = call.change(1, SORTED_SET)) {
            for (int i = 0; i < scores.length; i++) {
                int word = first + 3 * i + 2;
                double old = entry.scores().score(call.extra(word));
                boolean isThere = !Double.isNaN(old);
                if (isThere ? !isNx && old != scores[i] : !isXx) {
                    entry.scores().put(call.extra(word), scores[i]);
                    changed += !isThere || isCh ? 1 : 0;
                }
            }
        }
        call.out().integer(changed);
    }

    /** The place in two words: longitude and latitude. */
    static Geo.Point point(Call call, int word) {
        double longitude = Doubles.of(call, word, Complaint.NOT_A_FLOAT);
        double latitude = Doubles.of(call, word + 1, Complaint.NOT_A_FLOAT);
        if (Math.abs(longitude) > Geo.MOST_LONGITUDE || Math.abs(latitude) > Geo.MOST_LATITUDE) {
            throw new Complaint(
                    String.format(Locale.ROOT, "ERR invalid longitude,latitude pair %f,%f", longitude, latitude));
        }
        return new Geo.Point(longitude, latitude);
    }

    /** Metres of the unit in a word. */
    static double unit(Call call, int word) {
        if (call.is(word, METRES)) {
            return 1;
        }
        if (call.is(word, KILOMETRES)) {
            return 1_000;
        }
        if (call.is(word, FEET)) {
            return 0.3048;
        }
        if (call.is(word, MILES)) {
            return 1_609.34;
        }
        throw new Complaint(UNIT);
    }

    /** Writes a distance, with four digits behind the point. */
    static void distance(Call call, double distance) {
        call.out()
                .bulk(new BigDecimal(distance)
                        .setScale(4, RoundingMode.HALF_EVEN)
                        .toPlainString());
    }

    /** Writes a place as two numbers. */
    static void write(Call call, Geo.Point point) {
        call.out().array(2);
        degrees(call, point.longitude());
        degrees(call, point.latitude());
    }

    private static void degrees(Call call, double degrees) {
        BigDecimal shown = new BigDecimal(degrees).setScale(SHOWN_DIGITS, RoundingMode.HALF_EVEN);
        String digits = shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
        if (call.out().isThree()) {
            call.out().encoded(Ascii.bytes("," + digits + "\r\n"));
        } else {
            call.out().bulk(digits);
        }
    }

    private static void geopos(Call call) {
        try (Entry entry = call.read(1, SORTED_SET)) {
            call.out().array(call.count() - 2);
            for (int i = 2; i < call.count(); i++) {
                double score = entry.scores().score(call.extra(i));
                if (Double.isNaN(score)) {
                    call.out().nilArray();
                } else {
                    write(call, Geo.point(score));
                }
            }
        }
    }

    private static void geodist(Call call) {
        double unit = call.count() == 5 ? unit(call, 4) : 1;
        if (call.count() > 5) {
            throw new Complaint(Complaint.SYNTAX);
        }
        try (Entry entry = call.read(1, SORTED_SET)) {
            SortedSetAccess scores = entry.scores();
            double one = scores.score(call.extra(2));
            double other = scores.score(call.extra(3));
            if (Double.isNaN(one) || Double.isNaN(other)) {
                call.out().nil();
            } else {
                distance(call, Geo.point(one).distance(Geo.point(other)) / unit);
            }
        }
    }

    private static void geohash(Call call) {
        try (Entry entry = call.read(1, SORTED_SET)) {
            call.out().array(call.count() - 2);
            for (int i = 2; i < call.count(); i++) {
                double score = entry.scores().score(call.extra(i));
                if (Double.isNaN(score)) {
                    call.out().nil();
                } else {
                    call.out().bulk(Geo.letters(Geo.point(score)));
                }
            }
        }
    }
}
