package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Places where the map has its seam, which Redis misses. */
class GeoTest {
    @Test
    void placesAreFoundAcrossTheSeamOfTheMap() throws IOException {
        try (LarderServer server = LarderServer.start(ServerOptions.standard().with("port", "0"));
                Wire wire = new Wire(server.port())) {
            for (String place : new String[] {"179.9", "-179.9", "180", "-180"}) {
                wire.ask("GEOADD", "seam", place, "10", "at " + place);
            }
            for (String centre : new String[] {"179.95", "-179.95", "180", "-180"}) {
                assertThat(wire.ask("GEOSEARCH", "seam", "FROMLONLAT", centre, "10", "BYRADIUS", "50", "km"))
                        .as(centre)
                        .contains("at 179.9", "at -179.9", "at 180", "at -180");
            }
            wire.ask("GEOADD", "pole", "0", "85.05112878", "top", "179", "85", "behind", "0", "-85.05112878", "bottom");
            assertThat(wire.ask("GEOSEARCH", "pole", "FROMMEMBER", "top", "BYRADIUS", "1200", "km", "ASC"))
                    .isEqualTo("ARRAY[$top, $behind]");
            assertThat(wire.ask("GEOSEARCH", "pole", "FROMMEMBER", "top", "BYRADIUS", "21000", "km", "ASC"))
                    .isEqualTo("ARRAY[$top, $behind, $bottom]");
        }
    }
}
