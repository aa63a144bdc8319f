/* index/stamp: is index.sqlite the very file that tkt left there? Floor 3.
 *
 * .tkt/index.stamp is one line: the index file's device, inode, size and times after the last commit, and the
 * boot. A planted, damaged or replaced file cannot have them, nor one that a killed process left. */
#ifndef TKT_INDEX_STAMP_H
#define TKT_INDEX_STAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define TKT_INDEX_FILE ".tkt/index.sqlite"
#define TKT_INDEX_LOCK ".tkt/index.lock"
#define TKT_INDEX_STAMP ".tkt/index.stamp"

struct tkt_stamp {
	uint64_t dev, ino;
	int64_t size, written, changed; /* mtime and ctime in nanoseconds */
	char boot[40];
};

/* What stands there now. False: no regular file of that name below a real .tkt. */
bool tkt_stamp_look(int rootfd, struct tkt_stamp *out);
/* What the stamp says. */
bool tkt_stamp_read(int rootfd, struct tkt_stamp *out);
/* The same file; where that holds and *rebooted is set, another boot has seen it last. */
bool tkt_stamp_same(const struct tkt_stamp *a, const struct tkt_stamp *b, bool *rebooted);
/* Under the lock: nobody is to believe the file until it is stamped again. */
void tkt_stamp_spoil(int rootfd);
/* Under the lock, after the commit. Where it fails, the index is made anew next time. */
void tkt_stamp_write(int rootfd, const struct tkt_stamp *now);

#endif
