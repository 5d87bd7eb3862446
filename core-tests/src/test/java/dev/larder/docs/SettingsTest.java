package dev.larder.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.Larder;
import dev.larder.stats.Count;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every setting, call and counter is described where users look for it, and nothing is described that is not there. */
final class SettingsTest {
    private static final String SETTINGS = Documents.text("docs/guide/settings.md");

    @Test
    void everySettingOfACacheIsDescribed() {
        assertThat(settingsOf(CacheBuilder.class))
                .allSatisfy(setting -> assertThat(rows()).contains(setting));
    }

    @Test
    void everySettingOfALarderIsDescribed() {
        assertThat(settingsOf(Larder.builder().getClass()))
                .allSatisfy(setting -> assertThat(rows()).contains(setting));
    }

    @Test
    void everySettingDescribedExists() {
        List<String> existing = Stream.of(CacheBuilder.class, Larder.builder().getClass())
                .flatMap(builder -> settingsOf(builder).stream())
                .toList();

        assertThat(rows()).isSubsetOf(existing);
    }

    @Test
    void everyCallOfACacheIsNamedInTheGuide() {
        String guide =
                Documents.text("docs/guide/getting-started.md") + Documents.text("docs/guide/caching-strategies.md");

        assertThat(publicMethods(Cache.class))
                .allSatisfy(call -> assertThat(guide).contains("`" + call));
    }

    @Test
    void everyCounterIsDescribed() {
        String page = Documents.text("docs/guide/statistics-and-events.md");

        assertThat(Arrays.stream(Count.values()).map(Count::name))
                .allSatisfy(count -> assertThat(page).contains("| `" + count + "` |"));
    }

    /** The names in the first columns of the page's tables. */
    private static List<String> rows() {
        return SETTINGS.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('(')))
                .toList();
    }

    private static List<String> settingsOf(Class<?> builder) {
        return publicMethods(builder).stream()
                .filter(name -> !name.equals("build") && !name.equals("open"))
                .toList();
    }

    private static List<String> publicMethods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .distinct()
                .toList();
    }
}
