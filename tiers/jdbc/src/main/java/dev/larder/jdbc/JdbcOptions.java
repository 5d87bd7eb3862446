package dev.larder.jdbc;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tier's own parameters. Immutable.
 *
 * @param tables what the tables are called
 * @param maxRows how many rows with a value all caches of these tables may have together
 * @param maxBytes how many bytes their keys and values may have together
 * @param createTables whether missing tables are created
 * @param pool how many operations run at once, each on a connection of its own
 */
record JdbcOptions(Tables tables, long maxRows, long maxBytes, boolean createTables, int pool) {
    static final long DEFAULT_MAX_ROWS = 10_000_000;
    static final long DEFAULT_MAX_BYTES = 10L << 30;
    static final int DEFAULT_POOL = 8;
    static final int MAX_POOL = 64;

    private static final Pattern NUMBER = Pattern.compile("([1-9][0-9]{0,14})(KiB|MiB|GiB)?");

    /** Reads {@code parameters}; throws {@link IllegalArgumentException} naming the one that is wrong. */
    static JdbcOptions of(Map<String, String> parameters) {
        Tables tables = new Tables(JdbcTables.PREFIX);
        long maxRows = DEFAULT_MAX_ROWS;
        long maxBytes = DEFAULT_MAX_BYTES;
        boolean createTables = true;
        int pool = DEFAULT_POOL;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            String value = parameter.getValue();
            switch (name) {
                case "larder.table" -> tables = new Tables(value);
                case "larder.maxRows" -> maxRows = number(name, value, false);
                case "larder.maxBytes" -> maxBytes = number(name, value, true);
                case "larder.createTables" -> createTables = truth(name, value);
                case "larder.pool" -> pool = pool(name, value);
                default ->
                    throw new IllegalArgumentException("the parameter '" + cut(name) + "' of a SQL tier is unknown;"
                            + " known are larder.table, larder.maxRows, larder.maxBytes, larder.createTables and"
                            + " larder.pool");
            }
        }
        return new JdbcOptions(tables, maxRows, maxBytes, createTables, pool);
    }

    private static long number(String name, String value, boolean hasUnits) {
        Matcher parts = NUMBER.matcher(value);
        if (!parts.matches() || (!hasUnits && parts.group(2) != null)) {
            throw new IllegalArgumentException(name + " must be a number above 0"
                    + (hasUnits ? ", or one with KiB, MiB or GiB," : "") + " but was '" + cut(value) + "'");
        }
        String unit = parts.group(2) == null ? "" : parts.group(2);
        int shift = switch (unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
        long count = Long.parseLong(parts.group(1));
        return count > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : count << shift;
    }

    private static boolean truth(String name, String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(name + " must be true or false but was '" + cut(value) + "'");
        }
        return value.equals("true");
    }

    private static int pool(String name, String value) {
        if (!value.matches("[0-9]{1,2}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > MAX_POOL) {
            throw new IllegalArgumentException(name + " must be 1…" + MAX_POOL + " but was '" + cut(value) + "'");
        }
        return Integer.parseInt(value);
    }

    private static String cut(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
