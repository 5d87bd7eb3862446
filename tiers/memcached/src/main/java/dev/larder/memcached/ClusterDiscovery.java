package dev.larder.memcached;

import dev.larder.failure.TierException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The configuration endpoint of an ElastiCache cluster, or whoever speaks as it does. Thread-safe. Asked on a new connection
 * each time, since its name leads to another server when the one before is gone, and without a login.
 */
final class ClusterDiscovery implements Discovery {
    private static final String ASK = "config get cluster\r\n";
    /** For servers without the command: where older engines keep the list, and where anybody may put one. */
    private static final String ASK_ITEM = "get AmazonElastiCache:cluster\r\n";

    private final HostAndPort endpoint;
    private final Connector connector;

    ClusterDiscovery(HostAndPort endpoint, Connector connector) {
        this.endpoint = endpoint;
        this.connector = connector;
    }

    @Override
    public CompletableFuture<List<HostAndPort>> ask() {
        CompletableFuture<List<HostAndPort>> answer = new CompletableFuture<>();
        connector.open(endpoint, new Question(answer)).whenComplete((channel, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(Trouble.connecting("it", failure));
                return;
            }
            var unused = answer.whenComplete((servers, end) -> {
                var unusedToo = channel.close();
            });
        });
        return answer;
    }

    @Override
    public String toString() {
        return "elasticache:" + endpoint;
    }

    @Override
    public void close() {} // connections are the connector's

    /** One question on one connection; confined to its event loop. */
    private static final class Question extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<List<HostAndPort>> answer;
        private final StringBuilder heard = new StringBuilder();
        private boolean asksItem;

        Question(CompletableFuture<List<HostAndPort>> answer) {
            this.answer = answer;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ask(context, ASK);
        }

        private static void ask(ChannelHandlerContext context, String command) {
            var unused = context.writeAndFlush(Unpooled.copiedBuffer(command, StandardCharsets.US_ASCII));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            heard.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            String text = heard.toString();
            if (!asksItem && ClusterText.isUnknownCommand(text)) {
                asksItem = true;
                heard.setLength(0);
                ask(context, ASK_ITEM);
                return;
            }
            try {
                List<HostAndPort> servers = ClusterText.servers(text);
                if (servers != null) {
                    answer.complete(servers);
                }
            } catch (TierException e) {
                answer.completeExceptionally(e);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new TierException("it closed the connection before it answered", null));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            answer.completeExceptionally(Trouble.connecting("it", failure));
        }
    }
}
