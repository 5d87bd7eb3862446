package dev.larder.server;

import static dev.larder.server.RandomCommands.words;

/**
 * Streams of random commands for places on the earth, as {@link RandomCommands} has them for others; none near the poles and
 * 180 degrees, where Redis misses some.
 */
final class RandomPlaces {
    private static final String[] LONGITUDES = {"0", "13.4", "-80.27", "181", "x"};
    private static final String[] LATITUDES = {"0", "52.5", "37.8", "86", "x"};

    private RandomPlaces() {}

    private static String degrees(RandomCommands all, String[] special, double most) {
        return all.random.nextInt(8) == 0
                ? all.one(special)
                : Double.toString(Math.round(all.random.nextDouble(-most, most) * 1e6) / 1e6);
    }

    private static String longitude(RandomCommands all) {
        return degrees(all, LONGITUDES, 60);
    }

    private static String latitude(RandomCommands all) {
        return degrees(all, LATITUDES, 55);
    }

    private static String member(RandomCommands all) {
        return "p" + all.random.nextInt(60);
    }

    private static String key(RandomCommands all) {
        return all.one("g1", "g1", "g2", "g3");
    }

    private static String length(RandomCommands all) {
        return all.one("0", "1", "500", "3000", "9000.5", "-1", "x");
    }

    private static String unit(RandomCommands all) {
        return all.one("km", "km", "KM", "mi", "m", "ft", "x");
    }

    static RandomCommands commands(long seed) {
        RandomCommands all = new RandomCommands(seed);
        all.add(8, () -> words("geoadd", key(all), longitude(all), latitude(all), member(all)));
        all.add(
                2,
                () -> words(
                        "geoadd",
                        key(all),
                        all.one("NX", "XX", "CH", "nx"),
                        longitude(all),
                        latitude(all),
                        member(all)));
        all.add(2, () -> words("geopos", key(all), member(all), member(all)));
        all.add(1, () -> words("geohash", key(all), member(all), member(all)));
        all.add(2, () -> words("geodist", key(all), member(all), member(all), unit(all)));
        all.add(1, () -> words("geodist", key(all), member(all), member(all)));
        searches(all);
        newerSearches(all);
        all.add(1, () -> words("zrange", "g3", "0", "-1"));
        all.add(1, () -> words("zcard", key(all)));
        all.add(1, () -> words("del", "g3"));
        return all;
    }

    private static void searches(RandomCommands all) {
        all.add(
                4,
                () -> all.optional(
                        words("georadius", key(all), longitude(all), latitude(all), length(all), unit(all)),
                        "WITHDIST",
                        "WITHHASH",
                        "WITHCOORD",
                        "ASC",
                        "DESC",
                        "COUNT 3",
                        "COUNT 0",
                        "STORE g3",
                        "STOREDIST g3",
                        "x"));
        all.add(
                2,
                () -> all.optional(
                        words("georadiusbymember", key(all), member(all), length(all), unit(all)),
                        "WITHDIST",
                        "ASC",
                        "COUNT 3",
                        "STORE g3"));
    }

    private static void newerSearches(RandomCommands all) {
        all.add(
                4,
                () -> all.optional(
                        words("geosearch", key(all), "FROMLONLAT", longitude(all), latitude(all)),
                        "BYRADIUS 3000 km",
                        "BYBOX 4000 3000 km",
                        "BYRADIUS 5000 km",
                        "ASC",
                        "WITHDIST WITHCOORD",
                        "COUNT 2",
                        "FROMMEMBER p1"));
        all.add(
                2,
                () -> all.optional(
                        words(
                                "geosearch",
                                key(all),
                                "FROMMEMBER",
                                member(all),
                                "BYBOX",
                                length(all),
                                length(all),
                                unit(all)),
                        "DESC",
                        "WITHDIST"));
        all.add(
                2,
                () -> all.optional(
                        words(
                                "geosearchstore",
                                "g3",
                                key(all),
                                "FROMMEMBER",
                                member(all),
                                "BYRADIUS",
                                length(all),
                                unit(all)),
                        "STOREDIST",
                        "COUNT 4",
                        "WITHDIST"));
    }
}
