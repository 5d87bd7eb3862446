package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.redis.BusMessage.Event;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BusMessageTest {
    @Test
    void invalidationComesBackWithAwkwardKeys() {
        BusMessage message =
                BusMessage.invalidated("origin", "products", List.of("a", "b\nc", "{}", "%", "\uD800", " "));

        assertThat(BusMessage.read(message.fields())).isEqualTo(message);
    }

    @Test
    void otherEventsComeBack() {
        BusMessage cleared = BusMessage.event("origin", "products", Event.CLEARED);

        assertThat(BusMessage.read(cleared.fields())).isEqualTo(cleared);
        assertThat(BusMessage.read(BusMessage.hello("origin").fields())).isEqualTo(BusMessage.hello("origin"));
    }

    @Test
    void whatIsNotUnderstoodIsNoMessage() {
        assertThat(BusMessage.read(Map.of())).isNull();
        for (String field : List.of("o", "c", "e", "k")) {
            Map<String, byte[]> fields = new HashMap<>(
                    BusMessage.invalidated("o", "c", List.of("key")).fields());
            fields.remove(field);
            assertThat(BusMessage.read(fields)).as("without %s", field).isNull();
        }
        assertThat(BusMessage.read(changed("e", "z"))).isNull();
        assertThat(BusMessage.read(changed("e", "c"))).isNull();
        assertThat(BusMessage.read(changed("k", "50%"))).isNull();
        assertThat(BusMessage.read(changed("k", "50%zz"))).isNull();
        assertThat(BusMessage.read(changed("k", "%u12"))).isNull();
    }

    private static Map<String, byte[]> changed(String field, String value) {
        Map<String, byte[]> fields =
                new HashMap<>(BusMessage.invalidated("o", "c", List.of("key")).fields());
        fields.put(field, value.getBytes(StandardCharsets.UTF_8));
        return fields;
    }
}
