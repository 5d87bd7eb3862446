package dev.larder.codec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tags of an entry in a shared tier, and when its load began. Immutable.
 *
 * @param begun a reading of the cache's tag clock in that tier, taken before the value was read
 * @param tags their names, at most 255, each of at most 65,535 bytes in UTF-8
 */
public record Labels(long begun, List<String> tags) {
    private static final int MOST = 0xFF;
    private static final int LONGEST = 0xFFFF;

    public Labels {
        tags = List.copyOf(tags);
    }

    byte[] bytes() {
        if (tags.size() > MOST) {
            throw new IllegalArgumentException("an entry can have " + MOST + " tags but has " + tags.size());
        }
        List<byte[]> names =
                tags.stream().map(tag -> tag.getBytes(StandardCharsets.UTF_8)).toList();
        int length = names.stream().mapToInt(name -> Short.BYTES + name.length).sum();
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + 1 + length);
        out.putLong(begun).put((byte) names.size());
        for (byte[] name : names) {
            if (name.length > LONGEST) {
                throw new IllegalArgumentException(
                        "a tag can have " + LONGEST + " bytes in UTF-8 but has " + name.length);
            }
            out.putShort((short) name.length).put(name);
        }
        return out.array();
    }

    /** What {@link #bytes} gave, leaving {@code in} behind it; null where it is cut short. */
    static @Nullable Labels read(ByteBuffer in) {
        try {
            long begun = in.getLong();
            int count = in.get() & 0xFF;
            List<String> tags = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                byte[] name = new byte[Math.min(in.getShort() & 0xFFFF, in.remaining() + 1)];
                in.get(name);
                tags.add(new String(name, StandardCharsets.UTF_8));
            }
            return new Labels(begun, tags);
        } catch (BufferUnderflowException cutShort) {
            return null;
        }
    }
}
