package dev.larder.server.rdb;

/** Expands what LZF has compressed. Pure. */
final class Lzf {
    /** Three bytes become 264 at most. */
    private static final long MOST_GROWTH = 88;

    private static final int LITERALS = 32;
    private static final int LONG_RUN = 7;

    private Lzf() {}

    static byte[] expand(byte[] in, long length) throws RdbException {
        if (length > in.length * MOST_GROWTH || length > Integer.MAX_VALUE) {
            throw new RdbException("compressed text of " + in.length + " bytes cannot become " + length + " bytes");
        }
        byte[] out = new byte[(int) length];
        int from = 0;
        int to = 0;
        while (from < in.length) {
            int control = in[from++] & 0xFF;
            if (control < LITERALS) {
                int count = control + 1;
                check(count <= in.length - from && count <= out.length - to);
                System.arraycopy(in, from, out, to, count);
                from += count;
                to += count;
                continue;
            }
            int count = control >>> 5;
            if (count == LONG_RUN) {
                check(from < in.length);
                count += in[from++] & 0xFF;
            }
            check(from < in.length);
            int back = ((control & 0x1F) << 8 | (in[from++] & 0xFF)) + 1;
            count += 2;
            check(back <= to && count <= out.length - to);
            for (int i = 0; i < count; i++) {
                out[to] = out[to - back];
                to++;
            }
        }
        check(to == out.length);
        return out;
    }

    private static void check(boolean holds) throws RdbException {
        if (!holds) {
            throw new RdbException("compressed text is damaged");
        }
    }
}
