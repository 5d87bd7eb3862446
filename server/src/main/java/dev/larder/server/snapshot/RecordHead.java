package dev.larder.server.snapshot;

import dev.larder.server.store.Entry;
import dev.larder.server.store.Limits;
import dev.larder.server.store.Slice;

/** What a record says of an entry besides its value; read again and again. Confined to one thread. */
final class RecordHead {
    private static final int MAX_HEAT = 0x3FFF;

    ItemType type = ItemType.STRING;
    int database;
    int heat;
    int flags;
    long expiresAt;
    final Slice key = new Slice();

    static void write(Payload out, int kind, Entry entry) {
        out.u8(kind)
                .u8(ItemType.of(entry.type()).ordinal())
                .u8(entry.database())
                .u16(entry.heat())
                .i32(entry.flags())
                .i64(entry.expiresAt())
                .bytes(entry.key());
    }

    void read(PayloadReader in) throws PayloadReader.DamagedException {
        type = ItemType.numbered(in.u8());
        database = in.u8();
        heat = in.u16();
        flags = in.i32();
        expiresAt = in.i64();
        in.bytes(key);
        if (database >= Limits.DATABASES || heat > MAX_HEAT || key.length() > Limits.MAX_KEY_BYTES) {
            throw new PayloadReader.DamagedException("an entry says what no entry says");
        }
    }
}
