package dev.larder.benchmarks.replay;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How large a cache to replay through: so many entries, or a share of a trace's different keys.
 *
 * @param amount in entries or percent; above 0
 * @param isShare whether it is a percentage
 */
record CacheSize(double amount, boolean isShare) {
    /** Entries for a trace of so many different keys; at least 1. */
    int entries(long differentKeys) {
        return isShare ? (int) Math.max(1, Math.round(differentKeys * amount / 100)) : (int) amount;
    }

    @Override
    public String toString() {
        String number = amount == Math.rint(amount) ? String.valueOf((long) amount) : String.valueOf(amount);
        return isShare ? number + "%" : number;
    }

    /** Reads {@code 1000} and {@code 2.5%}. */
    static final class Converter implements ITypeConverter<CacheSize> {
        @Override
        public CacheSize convert(String text) {
            boolean isShare = text.endsWith("%");
            try {
                double amount =
                        isShare ? Double.parseDouble(text.substring(0, text.length() - 1)) : Integer.parseInt(text);
                if (amount > 0 && amount <= (isShare ? 100 : Integer.MAX_VALUE)) {
                    return new CacheSize(amount, isShare);
                }
            } catch (NumberFormatException e) {
                // told below, with what a size looks like
            }
            throw new TypeConversionException(
                    "a size must be entries (1000) or a share of the different keys (2.5%) but was '" + text + "'");
        }
    }
}
