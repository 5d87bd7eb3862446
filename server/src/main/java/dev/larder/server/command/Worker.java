package dev.larder.server.command;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.bytes.Scratch;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.advice.Sampler;
import dev.larder.server.client.Tally;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import dev.larder.server.store.Texts;
import dev.larder.server.watch.Timing;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop needs to serve its connections, one command after another, made once so that a command makes
 * nothing. Confined to the loop's thread; counters may be read by all.
 */
public final class Worker {
    private static final int KEPT_BYTES = 64 << 10;

    /** Bytes that came. */
    public final Tally bytesIn = new Tally();
    /** Bytes that were sent. */
    public final Tally bytesOut = new Tally();

    /** Commands that ran. */
    public final Tally commands = new Tally();
    /** Reads that found their key. */
    public final Tally hits = new Tally();
    /** Reads that did not. */
    public final Tally misses = new Tally();
    /** Commands that were refused. */
    public final Tally failures = new Tally();

    /** Tells the observer of the load. */
    public final Sampler sampler;

    final Node node;
    final Entry entry;
    final Entry other;
    final Section section;
    /** Never locked: for commands whose keys are locked already. */
    final Section unlocked;
    /** For commands that need more than two keys at once. */
    final Several several;

    final Slice key = new Slice();
    final Slice otherKey = new Slice();
    final Slice value = new Slice();
    final Slice extra = new Slice();
    final Copier copier = new Copier();
    /** For what is counted before it is written. */
    final ByteSink aside = new ByteSink(KEPT_BYTES);

    /** An entry of a stream, as it comes or goes. */
    final Texts texts = new Texts();

    final ReplyWriter asideWriter = new ReplyWriter(aside);

    final Timing timing;

    private final Scratch scratch = new Scratch();
    private final Dispatcher dispatcher;
    private @Nullable ScriptRunner scripts;

    Worker(Node node) {
        this.node = node;
        this.sampler = new Sampler(node.observer());
        this.entry = node.store().entry();
        this.other = node.store().entry();
        this.section = node.store().section();
        this.unlocked = node.store().section();
        this.several = new Several(node.store());
        this.timing = new Timing(node.watch(), node.table().numbered().size(), node.clock());
        this.dispatcher = new Dispatcher(this);
    }

    /** Where its connections read into. */
    public Scratch scratch() {
        return scratch;
    }

    /** Begins to run commands, after something else. */
    public void begin() {
        timing.begin();
    }

    /** Runs scripts; made when the first one comes. */
    ScriptRunner scripts() {
        ScriptRunner runner = scripts;
        if (runner == null) {
            runner = new ScriptRunner(this);
            scripts = runner;
        }
        return runner;
    }

    /** Runs commands. */
    public Dispatcher dispatcher() {
        return dispatcher;
    }
}
