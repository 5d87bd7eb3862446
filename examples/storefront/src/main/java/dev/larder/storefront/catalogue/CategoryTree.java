package dev.larder.storefront.catalogue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All categories, three levels deep. Immutable. A few hundred nodes, so that a look-up is a walk over them. */
public record CategoryTree(List<Category> categories) {
    public CategoryTree {
        categories = List.copyOf(categories);
    }

    /** The categories right below {@code parent}; 0 for the departments. */
    public List<Category> below(long parent) {
        return categories.stream()
                .filter(category -> category.parent() == parent)
                .toList();
    }

    /** The category of this id, or null. */
    public @Nullable Category find(long id) {
        for (Category category : categories) {
            if (category.id() == id) {
                return category;
            }
        }
        return null;
    }

    /** The way from the department down to the category {@code id}, itself included; empty where there is none. */
    public List<Category> path(long id) {
        List<Category> path = new ArrayList<>();
        for (Category at = find(id); at != null; at = find(at.parent())) {
            path.addFirst(at);
        }
        return path;
    }
}
