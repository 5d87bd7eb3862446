package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Resident memory for items and for fields of hashes, beyond an empty server's. */
final class Memory implements Part {
    private static final int PIPELINE = 64;
    private static final int CONNECTIONS = 8;
    private static final int ITEMS = 1_000_000;
    private static final int FIELDS = 1_870_000;
    private static final int WARM = 20_000;
    private static final int WARM_ROUNDS = 20;
    private static final int READS = 500_000;

    /** Something that is kept, how it is read, and the most bytes that one of it may take; 0 for whatever it is. */
    private record Kept(String title, Wire write, Wire read, int count, double mostBytes) {}

    private static final List<Kept> ALL = List.of(
            new Kept("items: keys of 20 B, values of 100 B", Wire.redisSet(100), Wire.redisGet(100), ITEMS, 156),
            new Kept("the same with an expiry", Wire.redisSetWithExpiry(100), Wire.redisGet(100), ITEMS, 160),
            new Kept("fields of one hash: 16 B, values of 3 B", Wire.newField(), Wire.field(), FIELDS, 32),
            new Kept("fields of 11,000 hashes", Wire.newFieldOfMany(), Wire.fieldOfMany(), FIELDS, 25));

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException {
        Table table = new Table(
                "1 M items, 1.87 M fields", "Redis, B", "Larder, B", "Redis, read, s/Mop", "Larder, read, s/Mop");
        List<Claim> claims = new ArrayList<>();
        for (Kept kept : ALL) {
            int count = run.size(kept.count(), kept.count() / 10);
            Found redis = found(Contender.REDIS, kept, count);
            Found larder = found(Contender.LARDER, kept, count);
            run.progress(kept.title() + ": Redis " + redis + ", Larder " + larder);
            table.row(
                    kept.title(),
                    Spread.number(redis.bytes),
                    Spread.number(larder.bytes),
                    Spread.number(redis.read.processor()),
                    Spread.number(larder.read.processor()));
            claims.add(new Claim(
                    String.format(
                            Locale.ROOT,
                            "%s: at most %.0f B of resident memory each; found %.1f (Redis %.1f)",
                            kept.title(),
                            kept.mostBytes(),
                            larder.bytes,
                            redis.bytes),
                    larder.bytes <= kept.mostBytes()));
        }
        page.section("Memory", """
                Resident memory when all are set, less that of the same server before, when it had been used and emptied; for \
                each. A fresh server each time. Reads: processor time of random ones, pipelined by 16.\
                """, table);
        return claims;
    }

    private record Found(double bytes, Cost read) {}

    private static Found found(Contender contender, Kept kept, int count) throws IOException, InterruptedException {
        try (ServerProcess server = contender.start(List.of());
                Generator generator = new Generator(server.port(), CONNECTIONS)) {
            warm(server.port(), kept);
            double before = server.use().residentBytes();
            generator.saturate(kept.write(), PIPELINE, count, new Sequence());
            double bytes = (server.use().residentBytes() - before) / count;
            SplittableRandom random = new SplittableRandom(3);
            Wire read = kept.read();
            generator.saturate(read, 16, READS, () -> random.nextInt(count));
            Cost cost = Cost.of(server, READS, () -> generator.saturate(read, 16, READS, () -> random.nextInt(count)));
            return new Found(bytes, cost);
        }
    }

    private static void warm(int port, Kept kept) throws IOException {
        try (Generator generator = new Generator(port, CONNECTIONS)) {
            for (int i = 0; i < WARM_ROUNDS; i++) {
                generator.saturate(kept.write(), PIPELINE, WARM, new Sequence());
                OneCall.to(port, "FLUSHALL");
            }
        }
    }
}
