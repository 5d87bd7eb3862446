package dev.larder.storefront.database;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;

/** Where the shop's database is. Immutable. */
public sealed interface DatabasePlace {
    /** How JDBC names it. */
    String url();

    /** How a message names it: without secrets. */
    String shown();

    /** What the driver is told beyond the URL. */
    Properties properties();

    /** The name of the shop's schema, in the spelling this database gives to names. */
    default String schema() {
        return Schema.NAME.toUpperCase(Locale.ROOT);
    }

    /** The database file in {@code directory}, made where there is none. */
    static DatabasePlace in(Path directory) {
        return new H2File(directory.toAbsolutePath().normalize());
    }

    /**
     * A database behind a JDBC URL: PostgreSQL, or another process's file as given by {@link ShopDatabase#share()}.
     *
     * @throws IllegalArgumentException for any other URL
     */
    static DatabasePlace at(String url) {
        if (url.startsWith("jdbc:postgresql:")) {
            return new Postgres(url);
        }
        if (url.startsWith(SharedFile.PREFIX)) {
            return new SharedFile(url);
        }
        throw new IllegalArgumentException(
                "the database must be named by 'jdbc:postgresql://host/name' but was '" + withoutSecrets(url) + "'");
    }

    private static String withoutSecrets(String url) {
        return url.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//***@");
    }

    /** An H2 database in a file of this process's own. */
    record H2File(Path directory) implements DatabasePlace {
        static final String NAME = "shop";

        /** The file itself. */
        public Path file() {
            return directory.resolve(NAME + ".mv.db");
        }

        @Override
        public String url() {
            return "jdbc:h2:file:" + directory.resolve(NAME) + ";DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=131072";
        }

        @Override
        public String shown() {
            return "the database file " + file();
        }

        @Override
        public Properties properties() {
            return user("sa");
        }
    }

    /** An H2 database that another process of the demo has open and serves on loopback. */
    record SharedFile(String url) implements DatabasePlace {
        static final String PREFIX = "jdbc:h2:tcp://127.0.0.1:";

        @Override
        public String shown() {
            return "the database of the first instance";
        }

        @Override
        public Properties properties() {
            return user("sa");
        }
    }

    /** A schema of its own in a PostgreSQL database. */
    record Postgres(String url) implements DatabasePlace {
        @Override
        public String shown() {
            return "the database " + withoutSecrets(url);
        }

        @Override
        public String schema() {
            return Schema.NAME;
        }

        @Override
        public Properties properties() {
            Properties properties = new Properties();
            properties.setProperty("ApplicationName", "larder demo");
            properties.setProperty("connectTimeout", "5");
            properties.setProperty("loginTimeout", "5");
            properties.setProperty("socketTimeout", "120");
            return properties;
        }

        /** As it was written, for the driver alone. */
        @Override
        public String toString() {
            return shown();
        }
    }

    private static Properties user(String name) {
        Properties properties = new Properties();
        properties.setProperty("user", name);
        properties.setProperty("password", "");
        return properties;
    }
}
