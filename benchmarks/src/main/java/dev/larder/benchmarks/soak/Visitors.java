package dev.larder.benchmarks.soak;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/** Connections that come, ask for something and go, some of them in the midst of a request. Confined to one thread. */
final class Visitors implements Role {
    private static final int AT_A_TIME = 20;

    private final Stage stage;
    private final SplittableRandom random;

    Visitors(Stage stage, long seed) {
        this.stage = stage;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() throws IOException {
        Pace pace = stage.pace(0.03);
        ArrayDeque<Talk> open = new ArrayDeque<>();
        while (stage.goesOn()) {
            Talk talk = new Talk(stage.port());
            open.add(talk);
            talk.request("HELLO", 2, "SETNAME", "visitor");
            talk.request("SELECT", random.nextInt(4));
            talk.request("SET", "visitor:" + random.nextInt(10_000), "x", "PX", 1 + random.nextInt(60_000));
            talk.flush();
            for (int i = 0; i < 3; i++) {
                stage.heard(talk.reply());
            }
            stage.tally().visit();
            if (open.size() > AT_A_TIME) {
                leave(open.remove());
            }
            pace.await(3);
        }
        for (Talk talk : open) {
            talk.close();
        }
    }

    private void leave(Talk talk) throws IOException {
        if (random.nextInt(3) > 0) {
            talk.close();
            return;
        }
        talk.line("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$100000\r\nhalf of it");
        talk.flush();
        talk.breakOff();
    }
}
