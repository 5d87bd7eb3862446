package dev.larder.server.config;

import java.util.Locale;

/** Sizes as Redis writes them: {@code 100mb} has units of 1,024, {@code 100m} of 1,000. Pure. */
public final class MemorySize {
    private MemorySize() {}

    /** Bytes; throws {@link WrongValueException}. */
    public static long parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < lower.length() && Character.digit(lower.charAt(digits), 10) >= 0) {
            digits++;
        }
        try {
            return Math.multiplyExact(Long.parseLong(lower.substring(0, digits)), unit(lower.substring(digits)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw wrong();
        }
    }

    private static long unit(String suffix) {
        return switch (suffix) {
            case "", "b" -> 1;
            case "k" -> 1_000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> throw wrong();
        };
    }

    private static WrongValueException wrong() {
        return new WrongValueException("argument must be a memory value");
    }
}
