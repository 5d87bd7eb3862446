package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STREAM;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamAccess;
import dev.larder.server.store.StreamId;
import dev.larder.server.store.Texts;
import java.util.Map;

/** Streams: ranges of entries, and what is known of a stream. */
final class StreamReads {
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] FULL = Ascii.bytes("full");
    private static final long USUAL_ENTRIES = 10;
    /** What a text takes in a reply besides its own bytes, about. */
    private static final int HEAD_BYTES = 8;

    private StreamReads() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("xrange", call -> range(call, false));
        bodies.put("xrevrange", call -> range(call, true));
        bodies.put("xinfo|stream", StreamReads::info);
        bodies.put("xinfo|groups", StreamReads::groups);
        bodies.put("xinfo|consumers", StreamReads::consumers);
        bodies.put("xinfo|help", HelpText::reply);
    }

    private static void range(Call call, boolean isDown) {
        StreamId start = StreamIds.start(call, isDown ? 3 : 2);
        StreamId end = StreamIds.end(call, isDown ? 2 : 3);
        long most = Long.MAX_VALUE;
        for (int i = 4; i < call.count(); i += 2) {
            if (i + 1 == call.count() || !call.is(i, COUNT)) {
                throw new Complaint(Complaint.SYNTAX);
            }
            most = Math.max(0, call.integer(i + 1));
        }
        try (Entry entry = call.read(1, STREAM)) {
            if (!entry.isPresent()) {
                call.out().array(0);
                return;
            }
            if (most == 0) {
                call.out().nilArray();
                return;
            }
            StreamAccess stream = entry.stream();
            long from = stream.below(start, false);
            long to = stream.below(end, true);
            long some = Math.min(most, Math.max(0, to - from));
            call.out().array((int) some);
            if (isDown) {
                stream.rangeDown(to - 1, some, new Writing(call));
            } else {
                stream.range(from, some, new Writing(call));
            }
        }
    }

    /** Writes entries as they come: each an array of its id and its texts. */
    static final class Writing implements FieldSink {
        private final Call call;
        private final ReplyWriter out;
        private final Texts texts;
        private int missing;

        Writing(Call call) {
            this.call = call;
            this.out = call.out();
            this.texts = call.worker().texts;
        }

        @Override
        public void field(Slice name, int valueBytes) {
            call.room(valueBytes);
            out.array(2);
            out.bulk(StreamId.of(name).toString());
            call.worker().copier.to(texts.take(valueBytes), 0);
            missing = valueBytes;
        }

        @Override
        public void piece(Slice bytes) {
            call.worker().copier.piece(bytes);
            missing -= bytes.length();
            if (missing == 0) {
                int count = texts.count();
                call.room(texts.all().length() + (long) HEAD_BYTES * count);
                out.array(count);
                texts.each(out::bulk);
            }
        }
    }

    // What is known of a stream.

    private static void info(Call call) {
        try (Entry entry = there(call)) {
            StreamAccess stream = entry.stream();
            if (call.count() > 3) {
                long most = full(call);
                call.out().map(9);
                facts(call.out(), stream);
                call.out().bulk("entries");
                call.out().array((int) Math.min(most, stream.count()));
                stream.range(0, most, new Writing(call));
                call.out().bulk("groups");
                call.out().array(0);
                return;
            }
            call.out().map(10);
            facts(call.out(), stream);
            call.out().bulk("groups");
            call.out().integer(0);
            call.out().bulk("first-entry");
            edge(call, stream, 0);
            call.out().bulk("last-entry");
            edge(call, stream, stream.count() - 1L);
        }
    }

    /** How many entries are to be shown, where they are. */
    private static long full(Call call) {
        boolean isKnown = call.is(3, FULL) && (call.count() == 4 || (call.count() == 6 && call.is(4, COUNT)));
        if (!isKnown) {
            throw new Complaint(
                    "ERR unknown subcommand or wrong number of arguments for '" + call.text(1) + "'. Try XINFO HELP.");
        }
        long most = call.count() == 4 ? USUAL_ENTRIES : call.integer(5);
        return most < 0 ? USUAL_ENTRIES : most == 0 ? Long.MAX_VALUE : most;
    }

    private static void facts(ReplyWriter out, StreamAccess stream) {
        int count = stream.count();
        int nodes = stream.nodes();
        out.bulk("length");
        out.integer(count);
        out.bulk("radix-tree-keys");
        out.integer(count == 0 ? 0 : nodes);
        out.bulk("radix-tree-nodes");
        out.integer(count == 0 ? 1 : nodes + 1L);
        out.bulk("last-generated-id");
        out.bulk(stream.last().toString());
        out.bulk("max-deleted-entry-id");
        out.bulk(stream.removed().toString());
        out.bulk("entries-added");
        out.integer(stream.added());
        out.bulk("recorded-first-entry-id");
        out.bulk((count == 0 ? StreamId.ZERO : stream.id(0)).toString());
    }

    private static void edge(Call call, StreamAccess stream, long rank) {
        if (stream.count() == 0) {
            call.out().nil();
        } else {
            stream.range(rank, 1, new Writing(call));
        }
    }

    /** The stream that XINFO asks about, which must be there. */
    private static Entry there(Call call) {
        Entry entry = call.read(2, STREAM);
        if (!entry.isPresent()) {
            entry.close();
            throw new Complaint(Complaint.NO_SUCH_KEY);
        }
        return entry;
    }

    private static void groups(Call call) {
        there(call).close();
        call.out().array(0);
    }

    private static void consumers(Call call) {
        try (Entry entry = there(call)) {
            throw new Complaint(
                    "NOGROUP No such consumer group '" + call.text(3) + "' for key name '" + entry.key() + "'");
        }
    }
}
