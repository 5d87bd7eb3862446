package dev.larder.storefront.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds who answers a request. Routes are added before the first request; then only read. */
final class Router {
    private final List<Route> routes = new ArrayList<>();

    /** Adds a route; a part of {@code path} that is {@code *} stands for any one part, which the handler is given. */
    Router on(String method, String path, Handler handler) {
        routes.add(new Route(method, List.of(path.split("/", -1)), handler));
        return this;
    }

    /** Answers {@code request}; HEAD is answered as GET, and the sender leaves the body out. */
    Response answer(Request request, Panel panel) {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        List<String> parts = List.of(request.path().split("/", -1));
        Set<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            String argument = route.match(parts);
            if (argument != null && route.method().equals(method)) {
                return route.handler().answer(request, argument, panel);
            }
            if (argument != null) {
                allowed.add(route.method());
            }
        }
        if (allowed.isEmpty()) {
            throw HttpFailure.notFound("The shop has no page at this address.");
        }
        throw new HttpFailure(405, "Not in this way", "This address takes " + String.join(", ", allowed) + " only.");
    }

    /** Answers one kind of request; {@code argument} is what stood for {@code *}. */
    @FunctionalInterface
    interface Handler {
        Response answer(Request request, String argument, Panel panel);
    }

    private record Route(String method, List<String> parts, Handler handler) {
        /** What stands for {@code *}, or an empty string; null where the path is another. */
        @Nullable String match(List<String> path) {
            if (path.size() != parts.size()) {
                return null;
            }
            String argument = "";
            for (int index = 0; index < parts.size(); index++) {
                if (parts.get(index).equals("*")) {
                    argument = path.get(index);
                } else if (!parts.get(index).equals(path.get(index))) {
                    return null;
                }
            }
            return argument;
        }
    }
}
