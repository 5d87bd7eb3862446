package dev.larder.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JdkTest {
    private static final int OWN = Runtime.version().feature();
    private static final String HOME = System.getProperty("java.home");

    @Test
    void ownJdkNeedsNoVariable() throws IOException {
        Jdk jdk = Jdk.find(OWN, Map.of());

        assertThat(jdk).isEqualTo(new Jdk(OWN, Path.of(HOME)));
        assertThat(jdk.jvm().isOfThisJdk()).isTrue();
    }

    @Test
    void otherJdkIsTheOneThatTheEnvironmentNames() throws IOException {
        assertThat(Jdk.find(17, Map.of("JAVA17_HOME", HOME)).home()).isEqualTo(Path.of(HOME));
    }

    @Test
    void jdkThatNobodyNamesIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> Jdk.find(17, Map.of()))
                .withMessage("JDK 17 is to run the measurement, but JAVA17_HOME was not set; set it to a JDK's folder");
    }

    @Test
    void folderWithoutALauncherIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> Jdk.find(17, Map.of("JAVA17_HOME", "/nowhere")))
                .withMessageContaining("'/nowhere', which has no bin/java");
    }

    @Test
    void jvmOfThisJdkIsQuietAboutNativeAccess() {
        assertThat(Jvm.ofThisJdk(List.of("-Xmx1g")).options())
                .startsWith("-Xmx1g")
                .contains("--enable-native-access=ALL-UNNAMED");
    }
}
