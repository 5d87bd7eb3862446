package dev.larder.server.snapshot;

import dev.larder.server.store.ValueType;

/**
 * What the body of a record holds, by the numbers that files have.
 *
 * <pre>{@code
 *  STRING      ┌ length, bytes ┐
 *  HASH        ┌ count 4 ┐ then so many: ┌ name's length, name ┐ expires 1 ┐ [expiry 8] ┐ value's length, value ┐
 *  SET         ┌ count 4 ┐ then so many: ┌ length, member ┐
 *  SORTED_SET  ┌ count 4 ┐ then so many: ┌ length, member ┐ score's bits 8 ┐
 *  LIST        ┌ count 4 ┐ then so many: ┌ length, element ┐
 * }</pre>
 */
enum ItemType {
    STRING,
    HASH,
    SET,
    SORTED_SET,
    LIST;

    private static final ItemType[] ALL = values();

    static ItemType of(ValueType type) {
        return switch (type) {
            case STRING -> STRING;
            case HASH -> HASH;
            case SET -> SET;
            case SORTED_SET -> SORTED_SET;
            case LIST -> LIST;
        };
    }

    static ItemType numbered(int number) throws PayloadReader.DamagedException {
        if (number >= ALL.length) {
            throw new PayloadReader.DamagedException("a type must be below " + ALL.length + " but was " + number);
        }
        return ALL[number];
    }
}
