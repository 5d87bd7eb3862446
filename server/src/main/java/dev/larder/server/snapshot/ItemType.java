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
 *  STREAM      ┌ count 4 ┐ then so many: ┌ id's name 16 ┐ length, texts ┐, then ┌ last id 16 ┐ greatest removed 16 ┐ added 8 ┐
 * }</pre>
 *
 * Texts are as the store's {@code Texts} has them; the two ids at a stream's end are names of ids, too. Each body of a stream
 * says what the stream knew when it was read.
 */
enum ItemType {
    STRING,
    HASH,
    SET,
    SORTED_SET,
    LIST,
    STREAM;

    private static final ItemType[] ALL = values();

    static ItemType of(ValueType type) {
        return switch (type) {
            case STRING -> STRING;
            case HASH -> HASH;
            case SET -> SET;
            case SORTED_SET -> SORTED_SET;
            case LIST -> LIST;
            case STREAM -> STREAM;
        };
    }

    static ItemType numbered(int number) throws PayloadReader.DamagedException {
        if (number >= ALL.length) {
            throw new PayloadReader.DamagedException("a type must be below " + ALL.length + " but was " + number);
        }
        return ALL[number];
    }
}
