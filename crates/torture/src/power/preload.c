/* Power loss for one folder of one process, in front of the C library.
 *
 * Beside the folder TORTURE_DIR it keeps an image, TORTURE_IMAGE, that holds only what would have survived: bytes of files that were
 * synced since they were written. Whoever takes the power kills the process and puts the image in the folder's place.
 * Names (unlink, rename, mkdir) are taken at once, as a journaling file system orders them; a file that was never
 * synced is not in the image, or is there as it was at its last sync. With TORTURE_STUB=1 a sync does nothing, which
 * must be noticed. Shared memory of SQLite (-shm) is left out: it is made anew.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 65536
#define FILES 4096

struct range { off_t from, to; };
struct file { char path[PATH_MAX]; struct range *dirty; int count, room; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *files[FILES];
static struct file *of_fd[FDS];
static int known;
static char dir[PATH_MAX], image[PATH_MAX];
static size_t dir_length;
static int is_stub, delay_ms;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *d = getenv("TORTURE_DIR"), *i = getenv("TORTURE_IMAGE");
    if (d) snprintf(dir, sizeof dir, "%s", d);
    if (i) snprintf(image, sizeof image, "%s", i);
    dir_length = strlen(dir);
    is_stub = getenv("TORTURE_STUB") != NULL;
    const char *ms = getenv("TORTURE_SYNC_MS");
    delay_ms = ms ? atoi(ms) : 0;
}

/* The place of a path in the image; 0: it is none of ours. */
static int in_image(const char *path, char *out) {
    char whole[PATH_MAX];
    if (!dir_length) return 0;
    if (path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
    else {
        char here[PATH_MAX];
        if (!getcwd(here, sizeof here)) return 0;
        if ((size_t)snprintf(whole, sizeof whole, "%s/%s", here, path) >= sizeof whole) return 0;
    }
    if (strncmp(whole, dir, dir_length) || (whole[dir_length] != '/' && whole[dir_length])) return 0;
    size_t length = strlen(whole);
    if (length > 4 && !strcmp(whole + length - 4, "-shm")) return 0;
    return (size_t)snprintf(out, PATH_MAX, "%s%s", image, whole + dir_length) < PATH_MAX;
}

static struct file *file_of(const char *path) {
    for (int n = 0; n < known; n++)
        if (!strcmp(files[n]->path, path)) return files[n];
    if (known == FILES) abort();
    struct file *file = calloc(1, sizeof *file);
    snprintf(file->path, sizeof file->path, "%s", path);
    return files[known++] = file;
}

static void opened(int fd, const char *path, int flags) {
    char there[PATH_MAX];
    if (fd < 0 || fd >= FDS) return;
    pthread_mutex_lock(&lock);
    of_fd[fd] = in_image(path, there) && !(flags & O_DIRECTORY) ? file_of(there) : NULL;
    if (of_fd[fd] && (flags & O_TRUNC)) of_fd[fd]->count = 0;
    pthread_mutex_unlock(&lock);
}

static void wrote(int fd, off_t from, ssize_t bytes) {
    if (bytes <= 0 || fd < 0 || fd >= FDS || !of_fd[fd]) return;
    pthread_mutex_lock(&lock);
    struct file *file = of_fd[fd];
    if (file) {
        if (file->count && file->dirty[file->count - 1].to == from) file->dirty[file->count - 1].to += bytes;
        else {
            if (file->count == file->room) {
                file->room = file->room ? 2 * file->room : 64;
                file->dirty = realloc(file->dirty, file->room * sizeof *file->dirty);
            }
            file->dirty[file->count++] = (struct range){from, from + bytes};
        }
    }
    pthread_mutex_unlock(&lock);
}

/* The bytes that were written since the last sync go into the image. */
static void synced(int fd) {
    if (fd < 0 || fd >= FDS || !of_fd[fd]) return;
    if (delay_ms) usleep(delay_ms * 1000);
    if (is_stub) return;
    struct stat now;
    /* A folder that is synced: names are taken at once. */
    if (fstat(fd, &now) || S_ISDIR(now.st_mode)) return;
    pthread_mutex_lock(&lock);
    struct file *file = of_fd[fd];
    char again[64];
    snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
    int from = REAL(open)(again, O_RDONLY | O_CLOEXEC);
    int to = REAL(open)(file->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (from < 0 || to < 0) abort();
    for (int n = 0; n < file->count; n++) {
        char bytes[65536];
        off_t at = file->dirty[n].from;
        while (at < file->dirty[n].to) {
            size_t most = file->dirty[n].to - at > (off_t)sizeof bytes ? sizeof bytes : (size_t)(file->dirty[n].to - at);
            ssize_t got = pread(from, bytes, most, at);
            if (got <= 0) break;
            if (REAL(pwrite)(to, bytes, got, at) != got) abort();
            at += got;
        }
    }
    if (REAL(ftruncate)(to, now.st_size)) abort();
    file->count = 0;
    REAL(close)(from);
    REAL(close)(to);
    pthread_mutex_unlock(&lock);
}

#define OPEN(name)                                              \
    int name(const char *path, int flags, ...) {                \
        va_list more;                                           \
        va_start(more, flags);                                  \
        mode_t mode = va_arg(more, mode_t);                     \
        va_end(more);                                           \
        int fd = REAL(name)(path, flags, mode);                 \
        opened(fd, path, flags);                                \
        return fd;                                              \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                            \
    int name(int at, const char *path, int flags, ...) {        \
        va_list more;                                           \
        va_start(more, flags);                                  \
        mode_t mode = va_arg(more, mode_t);                     \
        va_end(more);                                           \
        int fd = REAL(name)(at, path, flags, mode);             \
        if (at == AT_FDCWD || path[0] == '/') opened(fd, path, flags); \
        else if (fd >= 0 && fd < FDS) of_fd[fd] = NULL;         \
        return fd;                                              \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
    if (fd >= 0 && fd < FDS) of_fd[fd] = NULL;
    return REAL(close)(fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    int is_ours = fd >= 0 && fd < FDS && of_fd[fd];
    int is_end = is_ours && (fcntl(fd, F_GETFL) & O_APPEND);
    off_t at = is_ours ? lseek(fd, 0, is_end ? SEEK_END : SEEK_CUR) : 0;
    ssize_t done = REAL(write)(fd, bytes, count);
    if (is_ours) wrote(fd, at, done);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    int is_ours = fd >= 0 && fd < FDS && of_fd[fd];
    off_t at = is_ours ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = REAL(writev)(fd, parts, count);
    if (is_ours) wrote(fd, at, done);
    return done;
}

#define PWRITE(name, offset_type)                                                \
    ssize_t name(int fd, const void *bytes, size_t count, offset_type at) {      \
        ssize_t done = REAL(name)(fd, bytes, count, at);                         \
        wrote(fd, at, done);                                                     \
        return done;                                                             \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

int fsync(int fd) {
    int done = REAL(fsync)(fd);
    if (!done) synced(fd);
    return done;
}

int fdatasync(int fd) {
    int done = REAL(fdatasync)(fd);
    if (!done) synced(fd);
    return done;
}

static void forget(const char *there) {
    for (int n = 0; n < known; n++)
        if (!strcmp(files[n]->path, there)) {
            /* Whoever still has it open writes into a file without a name. */
            files[n]->path[0] = 0;
            for (int fd = 0; fd < FDS; fd++)
                if (of_fd[fd] == files[n]) of_fd[fd] = NULL;
        }
}

int unlink(const char *path) {
    char there[PATH_MAX];
    int done = REAL(unlink)(path);
    if (!done && in_image(path, there)) {
        pthread_mutex_lock(&lock);
        forget(there);
        REAL(unlink)(there);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int rename(const char *from, const char *to) {
    char old[PATH_MAX], new[PATH_MAX];
    int done = REAL(rename)(from, to);
    if (!done && in_image(from, old) && in_image(to, new)) {
        pthread_mutex_lock(&lock);
        forget(new);
        for (int n = 0; n < known; n++)
            if (!strcmp(files[n]->path, old)) snprintf(files[n]->path, PATH_MAX, "%s", new);
        REAL(rename)(old, new);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int linkat(int a, const char *from, int b, const char *to, int flags) {
    char old[PATH_MAX], new[PATH_MAX];
    int done = REAL(linkat)(a, from, b, to, flags);
    if (!done && in_image(from, old) && in_image(to, new)) REAL(linkat)(AT_FDCWD, old, AT_FDCWD, new, 0);
    return done;
}

int link(const char *from, const char *to) {
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int mkdir(const char *path, mode_t mode) {
    char there[PATH_MAX];
    int done = REAL(mkdir)(path, mode);
    if (!done && in_image(path, there)) REAL(mkdir)(there, mode);
    return done;
}
