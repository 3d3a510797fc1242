/*
 * A disk that fails, loaded into a process before the C library (LD_PRELOAD): it stands between SQLite and the files of one folder.
 *
 *   STATOR_DISK_FOLDER   the folder
 *   STATOR_DISK_FAULT    a file whose first letter says what goes wrong now:
 *                        f: a sync fails (EIO)   w: a write fails (EIO)   n: a write finds no room (ENOSPC)   l: a sync lies
 *                        r: nothing can be written (EROFS)
 *   STATOR_DISK_DURABLE  a folder that has of each file what a power cut would leave: as it was when it was last synced
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t copying = PTHREAD_MUTEX_INITIALIZER;

/* Where the file lies in the folder, or null when it lies elsewhere. */
static const char *name_of(int fd, char *path, size_t size) {
  const char *folder = getenv("STATOR_DISK_FOLDER");
  char link[64];
  if (folder == NULL) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return NULL;
  path[length] = 0;
  size_t prefix = strlen(folder);
  return strncmp(path, folder, prefix) == 0 && path[prefix] == '/' ? path + prefix + 1 : NULL;
}

static char fault_now(void) {
  const char *file = getenv("STATOR_DISK_FAULT");
  char letter = 0;
  int fd = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  if (read(fd, &letter, 1) != 1) letter = 0;
  close(fd);
  return letter;
}

static void keep(const char *path, const char *name) {
  const char *durable = getenv("STATOR_DISK_DURABLE");
  if (durable == NULL) return;
  char target[4096], whole[4096 + 8];
  static char buffer[1 << 16];
  snprintf(target, sizeof target, "%s/%s", durable, name);
  snprintf(whole, sizeof whole, "%s.new", target);
  pthread_mutex_lock(&copying);
  /* Closing it drops the locks of this process on the file: the tests open a folder in one process at a time. */
  int from = open(path, O_RDONLY | O_CLOEXEC);
  int to = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ssize_t (*real_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  for (ssize_t length; from >= 0 && (length = read(from, buffer, sizeof buffer)) > 0;) real_write(to, buffer, length);
  close(from);
  close(to);
  rename(whole, target);
  pthread_mutex_unlock(&copying);
}

static int synced(int fd, int (*real)(int)) {
  char path[4096];
  const char *name = name_of(fd, path, sizeof path);
  if (name == NULL || strncmp(name, "stator.", 7) != 0) return real(fd);
  char fault = fault_now();
  if (fault == 'f') {
    errno = EIO;
    return -1;
  }
  int result = real(fd);
  if (result == 0 && fault != 'l') keep(path, name);
  return result;
}

int fsync(int fd) { return synced(fd, dlsym(RTLD_NEXT, "fsync")); }
int fdatasync(int fd) { return synced(fd, dlsym(RTLD_NEXT, "fdatasync")); }

static int refused(int fd) {
  char path[4096];
  if (name_of(fd, path, sizeof path) == NULL) return 0;
  char fault = fault_now();
  errno = fault == 'n' ? ENOSPC : fault == 'r' ? EROFS : EIO;
  return fault == 'n' || fault == 'w' || fault == 'r';
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
  return refused(fd) ? -1 : real(fd, bytes, length, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

int access(const char *path, int mode) {
  int (*real)(const char *, int) = dlsym(RTLD_NEXT, "access");
  const char *folder = getenv("STATOR_DISK_FOLDER");
  if (folder != NULL && (mode & W_OK) != 0 && strncmp(path, folder, strlen(folder)) == 0 && fault_now() == 'r') {
    errno = EROFS;
    return -1;
  }
  return real(path, mode);
}

/* A log that SQLite has taken away is gone after a power cut, too. */
int unlink(const char *path) {
  int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
  const char *folder = getenv("STATOR_DISK_FOLDER"), *durable = getenv("STATOR_DISK_DURABLE");
  if (folder != NULL && durable != NULL && strncmp(path, folder, strlen(folder)) == 0) {
    char target[4096];
    snprintf(target, sizeof target, "%s%s", durable, path + strlen(folder));
    real(target);
  }
  return real(path);
}
