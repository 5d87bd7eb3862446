package dev.larder.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rules on the documents: Markdown files. */
final class DocumentRules {
    private static final Pattern CODE = Pattern.compile("(?s)^```.*?^```|`[^`\n]*`", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z+.-]*:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?) *$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");

    private DocumentRules() {}

    static List<Rule> all() {
        return List.of(new Rule(
                "document-links",
                "A relative link of a document leads to a file, or a heading",
                DocumentRules::broken));
    }

    private static List<Violation> broken(Project project) {
        List<Violation> found = new ArrayList<>();
        project.documents().forEach((path, text) -> {
            Matcher link = LINK.matcher(CODE.matcher(text).replaceAll(""));
            while (link.find()) {
                String target = link.group(1);
                if (!ELSEWHERE.matcher(target).matches() && !leadsSomewhere(project, path, target)) {
                    found.add(new Violation(path, "links to " + target));
                }
            }
        });
        return found;
    }

    private static boolean leadsSomewhere(Project project, String from, String target) {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        String path = file.isEmpty() ? from : resolved(from, file);
        String document = project.documents().get(path);
        if (hash >= 0) {
            return document != null && anchors(document).contains(target.substring(hash + 1));
        }
        return project.paths().contains(path)
                || project.paths().stream().anyMatch(other -> other.startsWith(path + "/"));
    }

    /** {@code target} as seen from the file {@code from}, relative to the repository. */
    private static String resolved(String from, String target) {
        List<String> parts = new ArrayList<>(List.of(from.split("/", -1)));
        parts.remove(parts.size() - 1);
        for (String part : target.split("/", -1)) {
            if (part.equals("..") && !parts.isEmpty()) {
                parts.remove(parts.size() - 1);
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    /** The names under which a document's headings can be linked to. */
    private static Set<String> anchors(String document) {
        return HEADING.matcher(FENCED.matcher(document).replaceAll(""))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
