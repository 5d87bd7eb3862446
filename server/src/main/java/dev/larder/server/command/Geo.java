package dev.larder.server.command;

/**
 * Places on the earth as scores of a sorted set, in Redis's way: 26 bits of the latitude and 26 of the longitude, one of each
 * in turn, so that places near each other have scores near each other. Distances are those on a sphere. Pure.
 */
final class Geo {
    static final double MOST_LATITUDE = 85.05112878;
    static final double MOST_LONGITUDE = 180;

    private static final int STEPS = 26;
    private static final double EARTH_RADIUS = 6_372_797.560856;
    private static final String LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz";
    private static final int LETTERS_SHOWN = 11;
    private static final int LETTER_BITS = 5;
    private static final double POLE = 90;

    private Geo() {}

    /** A place, in degrees. */
    record Point(double longitude, double latitude) {
        /** Metres to another one. */
        double distance(Point other) {
            double east = Math.sin((Math.toRadians(other.longitude) - Math.toRadians(longitude)) / 2);
            double north = Math.sin((Math.toRadians(other.latitude) - Math.toRadians(latitude)) / 2);
            double square = north * north
                    + Math.cos(Math.toRadians(latitude)) * Math.cos(Math.toRadians(other.latitude)) * east * east;
            return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(square)));
        }
    }

    private static long spread(long bits) {
        long spread = bits & 0xFFFFFFFFL;
        spread = (spread | spread << 16) & 0x0000FFFF0000FFFFL;
        spread = (spread | spread << 8) & 0x00FF00FF00FF00FFL;
        spread = (spread | spread << 4) & 0x0F0F0F0F0F0F0F0FL;
        spread = (spread | spread << 2) & 0x3333333333333333L;
        return (spread | spread << 1) & 0x5555555555555555L;
    }

    private static long gathered(long bits) {
        long found = bits & 0x5555555555555555L;
        found = (found | found >>> 1) & 0x3333333333333333L;
        found = (found | found >>> 2) & 0x0F0F0F0F0F0F0F0FL;
        found = (found | found >>> 4) & 0x00FF00FF00FF00FFL;
        found = (found | found >>> 8) & 0x0000FFFF0000FFFFL;
        return (found | found >>> 16) & 0x00000000FFFFFFFFL;
    }

    private static long cell(double degrees, double most, int steps) {
        return (long) ((degrees + most) / (2 * most) * (1L << steps));
    }

    private static long bits(Point point, double mostLatitude) {
        return spread(cell(point.latitude, mostLatitude, STEPS))
                | spread(cell(point.longitude, MOST_LONGITUDE, STEPS)) << 1;
    }

    /** The score of a place. */
    static double score(Point point) {
        return bits(point, MOST_LATITUDE);
    }

    /** The place that a score stands for: the middle of its cell. */
    static Point point(double score) {
        long bits = (long) score;
        return new Point(middle(gathered(bits >>> 1), MOST_LONGITUDE), middle(gathered(bits), MOST_LATITUDE));
    }

    private static double middle(long cell, double most) {
        double all = 1L << STEPS;
        double low = -most + cell * 1.0 / all * (2 * most);
        double high = -most + (cell + 1) * 1.0 / all * (2 * most);
        return Math.max(-most, Math.min(most, (low + high) / 2));
    }

    /** The eleven letters that others have for a place. */
    static String letters(Point point) {
        long bits = bits(point, POLE);
        StringBuilder letters = new StringBuilder();
        for (int i = 1; i <= LETTERS_SHOWN; i++) {
            int shift = 2 * STEPS - i * LETTER_BITS;
            letters.append(LETTERS.charAt(shift < 0 ? 0 : (int) (bits >>> shift) & 31));
        }
        return letters.toString();
    }

    /** Takes a range of scores, the second one excluded. */
    interface Cells {
        void range(double from, double to);
    }

    /** Hands out ranges of scores, a dozen at most, that hold all places no further away than so many metres north and east. */
    static void cells(Point centre, double east, double north, Cells cells) {
        double up = Math.toDegrees(north / EARTH_RADIUS);
        double widest = Math.min(POLE, Math.max(Math.abs(centre.latitude - up), Math.abs(centre.latitude + up)));
        double cosine = Math.cos(Math.toRadians(widest));
        double side = cosine < 1e-9 ? MOST_LONGITUDE : Math.toDegrees(east / EARTH_RADIUS) / cosine;
        int steps = STEPS;
        while (steps > 0 && (isSmaller(2 * MOST_LATITUDE, steps, up) || isSmaller(2 * MOST_LONGITUDE, steps, side))) {
            steps--;
        }
        long rows = 1L << steps;
        long lowest = cell(Math.max(-MOST_LATITUDE, centre.latitude - up), MOST_LATITUDE, steps);
        long highest = cell(Math.min(MOST_LATITUDE, centre.latitude + up), MOST_LATITUDE, steps);
        long first = (long) Math.floor((centre.longitude - side + MOST_LONGITUDE) / (2 * MOST_LONGITUDE) * rows);
        long last = (long) Math.floor((centre.longitude + side + MOST_LONGITUDE) / (2 * MOST_LONGITUDE) * rows);
        boolean isAround = last - first >= rows;
        int shift = 2 * (STEPS - steps);
        for (long row = lowest; row <= highest; row++) {
            for (long column = isAround ? 0 : first; column <= (isAround ? rows - 1 : last); column++) {
                cell(row, Math.floorMod(column, rows), shift, cells);
            }
            if (isAround || first < 0 || last >= rows) {
                cell(row, rows, shift, cells); // what lies at 180 degrees exactly has a column of its own
            }
        }
    }

    private static void cell(long row, long column, int shift, Cells cells) {
        long cell = spread(row) | spread(column) << 1;
        cells.range((double) (cell << shift), (double) ((cell + 1) << shift));
    }

    private static boolean isSmaller(double all, int steps, double degrees) {
        return all / (1L << steps) < degrees;
    }
}
