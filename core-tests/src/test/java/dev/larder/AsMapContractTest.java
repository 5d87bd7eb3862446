package dev.larder;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestCase;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Guava's contract suite for concurrent maps, run on the map view of a cache. */
final class AsMapContractTest {
    private final Larder larder = Larder.inProcess();
    private int caches;

    @AfterEach
    void close() {
        larder.close();
    }

    @TestFactory
    Stream<DynamicNode> viewIsAConcurrentMap() {
        return Stream.of(
                suite("plain", "plain-", false), suite("with times to live, a writer and a bound", "full-", true));
    }

    private DynamicNode suite(String name, String prefix, boolean full) {
        TestSuite suite = ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
                    @Override
                    protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                        return map(prefix, full, entries);
                    }
                })
                .named(name)
                .withFeatures(
                        MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE, CollectionSize.ANY)
                .createTestSuite();
        return node(suite);
    }

    private Map<String, String> map(String prefix, boolean full, Map.Entry<String, String>[] entries) {
        CacheBuilder<String, String> builder = larder.cache(prefix + caches++, String.class, String.class);
        if (full) {
            builder.timeToLive(Duration.ofHours(1))
                    .staleIfError(Duration.ofHours(1))
                    .timeToIdle(Duration.ofHours(1))
                    .maxEntries(1_000)
                    .writer((key, value) -> {});
        }
        Map<String, String> map = builder.build().asMap();
        for (Map.Entry<String, String> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    private static DynamicNode node(Test test) {
        if (test instanceof TestSuite suite) {
            List<DynamicNode> children = new ArrayList<>();
            Collections.list(suite.tests()).forEach(child -> children.add(node(child)));
            return dynamicContainer(suite.getName(), children);
        }
        return dynamicTest(test instanceof TestCase each ? each.getName() : test.toString(), () -> run(test));
    }

    private static void run(Test test) throws Throwable {
        TestResult result = new TestResult();
        test.run(result);
        for (var failures : List.of(Collections.list(result.errors()), Collections.list(result.failures()))) {
            if (!failures.isEmpty()) {
                throw failures.get(0).thrownException();
            }
        }
    }
}
