package dev.larder.storefront.web;

import java.util.Map;

/** Checks of what people and programs send. Each throws an {@link HttpFailure} that names the field and the rule. */
final class Input {
    static final int MAX_NAME = 160;
    static final int MAX_SEARCH = 80;
    static final int MAX_QUANTITY = 1_000_000;
    private static final int MAX_ID_DIGITS = 15;
    private static final int MAX_PRICE_DIGITS = 7;

    private Input() {}

    /** A number in an address, such as an article number. */
    static long id(String what, String text) {
        if (!text.matches("[0-9]{1," + MAX_ID_DIGITS + "}")) {
            throw HttpFailure.badRequest(what + " must be a number of 1…" + MAX_ID_DIGITS + " digits.");
        }
        return Long.parseLong(text);
    }

    /** A whole number of a form. */
    static int number(Map<String, String> form, String field, int least, int most) {
        String text = field(form, field);
        long number = text.matches("-?[0-9]{1,9}") ? Long.parseLong(text) : Long.MIN_VALUE;
        if (number < least || number > most) {
            throw HttpFailure.badRequest(
                    "The field '" + field + "' must be a whole number within " + least + "…" + most + ".");
        }
        return (int) number;
    }

    /** A price such as {@code 12.90}, in cents. */
    static long cents(Map<String, String> form, String field) {
        String text = field(form, field).strip().replace(',', '.');
        if (!text.matches("[0-9]{1," + MAX_PRICE_DIGITS + "}(\\.[0-9]{1,2})?")) {
            throw HttpFailure.badRequest("The field '" + field + "' must be a price such as 12.90.");
        }
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String cents = point < 0 ? "" : text.substring(point + 1);
        return Long.parseLong(whole) * 100 + Long.parseLong((cents + "00").substring(0, 2));
    }

    /** A line of text that is not blank. */
    static String line(Map<String, String> form, String field, int most) {
        String text = field(form, field).strip();
        if (text.isEmpty() || text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
            throw HttpFailure.badRequest("The field '" + field + "' must be one line of 1…" + most + " characters.");
        }
        return text;
    }

    /** What is searched for; empty where nothing is. */
    static String search(Map<String, String> query) {
        String text = query.getOrDefault("q", "").strip();
        if (text.length() > MAX_SEARCH) {
            throw HttpFailure.badRequest("A search may have " + MAX_SEARCH + " characters.");
        }
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    static String field(Map<String, String> form, String field) {
        String text = form.get(field);
        if (text == null) {
            throw HttpFailure.badRequest("The form lacks the field '" + field + "'.");
        }
        return text;
    }
}
