package dev.larder.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import java.util.Set;

/**
 * The tier's folder: made with rights for its owner alone, and looked at before it is trusted. Immutable; blocks.
 *
 * <p>Who can write into the folder can change what the processes read, so it must be a real folder, no link, that belongs to
 * this process's user and that nobody else may write to. Then nobody else can plant anything inside it. It must not lie on
 * a network file system, whose locks and renames cannot be relied on. On systems without POSIX owners only what can be
 * told is checked.
 */
final class Folder {
    /** The folder cannot be trusted, and will not be until somebody does something about it. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private static final Set<String> NETWORK = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "9p",
            "afs",
            "afpfs",
            "webdav",
            "ceph",
            "fuse.sshfs",
            "fuse.glusterfs",
            "glusterfs",
            "lustre",
            "gpfs",
            "ncpfs",
            "beegfs");
    private static final Set<PosixFilePermission> OTHERS_MAY_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final FileAttribute<?>[] NONE = {};

    private final Path path;
    private final boolean isPosix;

    Folder(Path path) {
        this.path = path;
        this.isPosix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    Path path() {
        return path;
    }

    /** The path without links, so that two names of one folder are the same; as it was given while it is not there. */
    Path realPath() {
        try {
            return path.toRealPath();
        } catch (IOException e) { // it is made later
            return path;
        }
    }

    /** Makes the folder if it is missing; fails with {@link RefusedException} where it cannot be trusted. */
    void check() throws IOException {
        if (LocalDisk.attributes(path) == null) {
            make(path, false);
        }
        BasicFileAttributes found = LocalDisk.attributes(path);
        if (found == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (found.isSymbolicLink()) {
            throw refused("is a symbolic link, which is not followed. Name the folder it leads to.");
        }
        if (!found.isDirectory()) {
            throw refused("is no folder. Name one, or remove what is there.");
        }
        String type = Files.getFileStore(path).type().toLowerCase(Locale.ROOT);
        if (NETWORK.contains(type)) {
            throw refused("lies on a network file system (" + type + "), but the file tier is for the processes of one"
                    + " machine. Name a folder on a local disk.");
        }
        if (isPosix) {
            checkRights();
        }
    }

    private void checkRights() throws IOException {
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (rights.stream().anyMatch(OTHERS_MAY_WRITE::contains)) {
            throw refused("may be written to by its group or by others, who could change what is read from it. Take"
                    + " that right away (chmod go-w).");
        }
        UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
        UserPrincipal self = self();
        if (!owner.equals(self)) {
            throw refused("belongs to user '" + owner.getName() + "' but this process runs as '" + self.getName()
                    + "'. Use one folder for each user.");
        }
    }

    /** The user that this process's files belong to. */
    private UserPrincipal self() throws IOException {
        Path probe = path.resolve(Names.temporary());
        FileChannel.open(probe, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ofFiles())
                .close();
        try {
            return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private RefusedException refused(String reason) {
        return new RefusedException("the folder '" + path + "' of a file tier " + reason);
    }

    /** For files: only the owner reads and writes them, where the file system knows owners. */
    FileAttribute<?>[] ofFiles() {
        return isPosix ? attributes("rw-------") : NONE;
    }

    /** Makes {@code inside} and what is missing between it and this folder, which must be there. */
    void makeFolder(Path inside) throws IOException {
        make(inside, true);
    }

    private void make(Path folder, boolean onlyInside) throws IOException {
        try {
            Files.createDirectory(folder, isPosix ? attributes("rwx------") : NONE);
        } catch (FileAlreadyExistsException e) {
            BasicFileAttributes found = LocalDisk.attributes(folder);
            if (found != null && !found.isDirectory()) {
                throw new RefusedException("'" + folder + "' must be a folder but is something else, such as a symbolic"
                        + " link, which is not followed. Remove it.");
            }
        } catch (NoSuchFileException e) {
            Path parent = folder.getParent();
            if (parent == null || (onlyInside && folder.equals(path))) {
                throw e;
            }
            if (onlyInside && parent.equals(path)) {
                throw e; // whether a new folder may be trusted is for check() to say
            }
            make(parent, onlyInside);
            make(folder, onlyInside);
        }
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
