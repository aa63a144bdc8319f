/* standalone: a main() for a fuzz program without libFuzzer: every file of the corpus as it is, then
 * N mutations of them from a seed. The same seed and corpus give the same inputs.
 *
 *   fuzz_x [-seed=N] [-runs=N] [-seconds=S] [-crash=FILE] FILE|DIR...
 *
 * An input that ends the process is left in FILE. It finds less than libFuzzer, which sees where the
 * program goes; it is for machines without it, and for a quick look at every build. */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SIZE_MAX_INPUT 16384
#define SEEDS_MAX 4096

static struct seed {
	uint8_t *bytes;
	size_t n;
} seeds[SEEDS_MAX];
static size_t seed_n;

static uint8_t input[SIZE_MAX_INPUT];
static size_t input_n;
static const char *crash_file = "crash-input";
static uint64_t state;

static const char *const words[] = {
	"---\n", "\n---\n", "<!-- event: ", " author: ", " at: 2026-06-01T12:00:00Z", " -->\n", "## ",
	"\\", "\\<!-- event:", "title: ", "status: closed\n", "[", "]", "{", "}", "\"", "'", "null", "~",
	": ", "#", "&a", "*a", "!x", "|\n", "- ", "\r\n", "\t", "\xef\xbb\xbf", "\xe3\x83\x86", "\xff",
	"\xc3", "\x01", " OR ", " -", "NOT ", "(", ")", "status:open", "label:a,b", "updated:>7d",
	"priority:<=P1", "has:", "is:blocked", "TKT-", "../", "2026-02-29T00:00:00Z", "<<<<<<< ", "=======\n"
};

/* xorshift64*: the same everywhere. */
static size_t below(size_t n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return n ? (size_t)((state * 2685821657736338717u) >> 33) % n : 0;
}

static void on_crash(int sig)
{
	int fd = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd >= 0 && write(fd, input, input_n) == (ssize_t)input_n)
		(void)!write(2, "the input is in the crash file\n", 31);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void load_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 || seed_n == SEEDS_MAX) {
		fprintf(stderr, "cannot use %s\n", path);
		exit(2);
	}
	n = read(fd, input, sizeof input);
	close(fd);
	if (n < 0)
		n = 0;
	seeds[seed_n].bytes = malloc((size_t)n + 1);
	HOLDS(seeds[seed_n].bytes);
	memcpy(seeds[seed_n].bytes, input, (size_t)n);
	seeds[seed_n++].n = (size_t)n;
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void load(const char *path)
{
	struct dirent **names;
	char file[4096];
	int n = scandir(path, &names, visible, alphasort);

	if (n < 0) {
		load_file(path);
		return;
	}
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
		load_file(file);
		free(names[i]);
	}
	free(names);
}

static void put(size_t at, const void *bytes, size_t n)
{
	if (n > sizeof input - input_n)
		n = sizeof input - input_n;
	memmove(input + at + n, input + at, input_n - at);
	memcpy(input + at, bytes, n);
	input_n += n;
}

static void cut(size_t at, size_t n)
{
	if (n > input_n - at)
		n = input_n - at;
	memmove(input + at, input + at + n, input_n - at - n);
	input_n -= n;
}

static void mutate(void)
{
	static uint8_t copy[256];
	const struct seed *other = &seeds[below(seed_n)];
	size_t at = below(input_n + 1), n = below(64) + 1;
	const char *word = words[below(sizeof words / sizeof *words)];
	uint8_t byte = (uint8_t)below(256);

	switch (below(7)) {
	case 0:
		if (at < input_n)
			input[at] ^= (uint8_t)(1u << below(8));
		break;
	case 1:
		put(at, &byte, 1);
		break;
	case 2:
		cut(at, n);
		break;
	case 3:
		if (n > input_n - at)
			n = input_n - at;
		memcpy(copy, input + at, n);
		put(below(input_n + 1), copy, n);
		break;
	case 4:
		n = below(other->n + 1);
		put(at, other->bytes + n, other->n - n < 512 ? other->n - n : 512);
		break;
	default:
		put(at, word, strlen(word));
		break;
	}
}

static void one(const struct seed *s, size_t changes)
{
	input_n = s->n;
	memcpy(input, s->bytes, s->n);
	while (changes-- > 0)
		mutate();
	/* A block of its own size, so that a sanitizer sees what reads past it. */
	uint8_t *exact = malloc(input_n ? input_n : 1);

	HOLDS(exact);
	memcpy(exact, input, input_n);
	LLVMFuzzerTestOneInput(exact, input_n);
	free(exact);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t seed = 1;
	unsigned long runs = 20000, done = 0;
	double seconds = 1, start = now();

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "-seed=", 6) == 0)
			seed = strtoull(argv[i] + 6, NULL, 10);
		else if (strncmp(argv[i], "-runs=", 6) == 0)
			runs = strtoul(argv[i] + 6, NULL, 10);
		else if (strncmp(argv[i], "-seconds=", 9) == 0)
			seconds = strtod(argv[i] + 9, NULL);
		else if (strncmp(argv[i], "-crash=", 7) == 0)
			crash_file = argv[i] + 7;
		else
			load(argv[i]);
	}
	if (seed_n == 0) {
		fprintf(stderr, "usage: %s [-seed=N] [-runs=N] [-seconds=S] FILE|DIR...\n", argv[0]);
		return 2;
	}
	signal(SIGABRT, on_crash);
	signal(SIGSEGV, on_crash);
	signal(SIGBUS, on_crash);
	signal(SIGFPE, on_crash);
	for (size_t i = 0; i < seed_n; i++)
		one(&seeds[i], 0);
	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (; done < runs && (done % 64 || now() - start < seconds); done++)
		one(&seeds[below(seed_n)], 1 + below(8));
	printf("%zu files, %lu mutations, seed %llu\n", seed_n, done, (unsigned long long)seed);
	for (size_t i = 0; i < seed_n; i++)
		free(seeds[i].bytes);
	return 0;
}
