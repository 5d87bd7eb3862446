package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.snapshot.Keeper;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** Snapshots, and the server's end. */
final class SnapshotCommands {
    /** What writes are answered while they could not be saved. */
    static final String CANNOT_SAVE = "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to"
            + " persist to disk. Commands that may modify the data set are disabled, because this instance is configured"
            + " to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please"
            + " check the Redis logs for details about the RDB error.";

    private static final byte[] SCHEDULE = Ascii.bytes("schedule");
    private static final byte[] NOSAVE = Ascii.bytes("nosave");
    private static final byte[] SAVE = Ascii.bytes("save");
    private static final byte[] NOW = Ascii.bytes("now");
    private static final byte[] FORCE = Ascii.bytes("force");
    private static final byte[] ABORT = Ascii.bytes("abort");
    private static final String BUSY = "ERR Background save already in progress";
    private static final String LOADING =
            "ERR the snapshot is still being loaded: what has not come in yet would be" + " missing";
    private static final String NO_SHUTDOWN = "ERR No shutdown in progress.";
    private static final String NOT_ENDED = "ERR Errors trying to SHUTDOWN. Check logs.";

    private SnapshotCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("save", SnapshotCommands::save);
        bodies.put("bgsave", SnapshotCommands::bgsave);
        bodies.put(
                "lastsave",
                call -> call.out().integer(call.node().keeper().state().lastSaveMillis() / Expiry.SECOND));
        bodies.put("shutdown", SnapshotCommands::shutdown);
    }

    private static void save(Call call) {
        Keeper keeper = call.node().keeper();
        if (call.client().awaited() == null) {
            refuseWhereBusy(keeper);
        }
        try {
            call.await(keeper::save);
        } catch (CompletionException failed) {
            throw new Complaint("ERR " + Keeper.reason(failed));
        }
        call.out().ok();
    }

    private static void refuseWhereBusy(Keeper keeper) {
        Keeper.Refusal refusal = keeper.refusal();
        if (refusal != null) {
            throw new Complaint(refusal == Keeper.Refusal.SAVING ? BUSY : LOADING);
        }
    }

    private static void bgsave(Call call) {
        boolean isLater = call.count() == 2 && call.is(1, SCHEDULE);
        if (call.count() > 1 && !isLater) {
            throw new Complaint(Complaint.SYNTAX);
        }
        Keeper keeper = call.node().keeper();
        Keeper.Refusal refusal = keeper.refusal();
        if (refusal == Keeper.Refusal.LOADING && isLater) {
            keeper.saveLater();
            call.out().simple("Background saving scheduled");
            return;
        }
        refuseWhereBusy(keeper);
        keeper.saveLater();
        call.out().simple("Background saving started");
    }

    static void reload(Call call) {
        Keeper keeper = call.node().keeper();
        if (call.client().awaited() == null) {
            refuseWhereBusy(keeper);
        }
        try {
            call.await(keeper::reload);
        } catch (CompletionException failed) {
            throw new Complaint("ERR " + Keeper.reason(failed));
        }
        call.out().ok();
    }

    private static void shutdown(Call call) {
        boolean saves = false;
        boolean doesNotSave = false;
        boolean forces = false;
        boolean aborts = false;
        for (int i = 1; i < call.count(); i++) {
            if (call.is(i, SAVE)) {
                saves = true;
            } else if (call.is(i, NOSAVE)) {
                doesNotSave = true;
            } else if (call.is(i, FORCE)) {
                forces = true;
            } else if (call.is(i, ABORT)) {
                aborts = true;
            } else if (!call.is(i, NOW)) {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
        if ((saves && doesNotSave) || (aborts && call.count() > 2)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        Ending ending = call.node().ending();
        if (aborts) {
            if (!ending.abort()) {
                throw new Complaint(NO_SHUTDOWN);
            }
            call.out().ok();
            return;
        }
        boolean needsSave = saves || (!doesNotSave && call.node().keeper().hasPoints());
        boolean isForced = forces;
        try {
            call.await(() -> ending.begin(needsSave, isForced));
        } catch (CompletionException failed) {
            throw new Complaint(NOT_ENDED);
        }
        call.client().line().kill(); // as Redis, which answers nothing
    }
}
