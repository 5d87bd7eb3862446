package dev.larder.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** A Markdown table whose source is aligned, so that the same text serves page and terminal. Confined to one thread. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    public Table(String... headings) {
        columns = headings.length;
        rows.add(List.of(headings));
    }

    /** Adds a row of as many cells as there are headings. */
    public Table row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("a row must have " + columns + " cells but had " + cells.length);
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell).replace("|", "\\|"));
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] =
                        Math.max(Math.max(widths[column], 3), row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            line(text, rows.get(row), widths);
            if (row == 0) {
                line(text, ruler(widths), widths);
            }
        }
        return text.toString();
    }

    private static List<String> ruler(int[] widths) {
        List<String> ruler = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            ruler.add(column == 0 ? "-".repeat(widths[column]) : "-".repeat(widths[column] - 1) + ":");
        }
        return ruler;
    }

    /** The first column reads as text, to the left; the others as figures, to the right. */
    private static void line(StringBuilder text, List<String> cells, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - cells.get(column).length());
            text.append("| ");
            text.append(column == 0 ? cells.get(column) + padding : padding + cells.get(column));
            text.append(' ');
        }
        text.append("|\n");
    }
}
