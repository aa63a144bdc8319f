/* progress: a bar on the terminal for work that takes long; standard error, one line, wiped off at the end. */
#include "cmd.h"

#include <sys/ioctl.h>

#include "base/mem.h"
#include "base/str.h"

#define QUIET_MS 500 /* work that is not asked for by name shows itself after this */
#define STEP_MS 100  /* between two pictures */
#define BAR_MAX 40

bool progress_wanted(const struct cli *c)
{
	const char *term = env_get("TERM");

	return c->err_tty && !c->g.quiet && !env_get("CI") && term && strcmp(term, "dumb") != 0;
}

static long since(const struct timespec *t, const struct timespec *now)
{
	return (long)(now->tv_sec - t->tv_sec) * 1000 + (now->tv_nsec - t->tv_nsec) / 1000000;
}

static void put(const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDERR_FILENO, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return; /* nobody sees it, then */
		bytes += done;
		n -= (size_t)done;
	}
}

static size_t columns(void)
{
	struct winsize size;

	memset(&size, 0, sizeof size);
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col)
		return 80;
	return size.ws_col;
}

/* "words     [########          ]  1234/10000": never as wide as the terminal, or it would wrap. */
static void draw(const char *what, size_t done, size_t total)
{
	struct tkt_buf line = TKT_BUF_INIT, numbers = TKT_BUF_INIT;
	size_t width = columns() - 1, fixed, bar, full;

	if (total)
		tkt_buf_printf(&numbers, " %zu/%zu", done < total ? done : total, total);
	else
		tkt_buf_printf(&numbers, " %zu", done);
	tkt_buf_printf(&line, "%-8.20s", what);
	fixed = line.len + 3 + numbers.len;
	bar = total && width > fixed + 4 ? width - fixed : 0;
	bar = bar > BAR_MAX ? BAR_MAX : bar;
	if (bar) {
		full = (size_t)((double)bar * (double)(done < total ? done : total) / (double)total);
		tkt_buf_puts(&line, " [");
		tkt_buf_pad(&line, '#', full);
		tkt_buf_pad(&line, ' ', bar - full);
		tkt_buf_putc(&line, ']');
	}
	tkt_buf_puts(&line, numbers.ptr);
	tkt_buf_reset(&numbers);
	tkt_buf_putc(&numbers, '\r');
	tkt_buf_add(&numbers, line.ptr, line.len < width ? line.len : width);
	tkt_buf_puts(&numbers, "\033[K");
	put(numbers.ptr, numbers.len);
	tkt_buf_release(&line);
	tkt_buf_release(&numbers);
}

void progress_show(void *payload, const char *what, size_t done, size_t total)
{
	struct cli *c = payload;
	struct progress *p = &c->progress;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!p->running) {
		p->running = true;
		p->start = now;
	}
	if (!p->at_once && since(&p->start, &now) < QUIET_MS)
		return;
	if (p->shown && since(&p->drawn, &now) < STEP_MS)
		return;
	p->shown = true;
	p->drawn = now;
	draw(what, done, total);
}

void progress_end(struct cli *c)
{
	if (c->progress.shown)
		put("\r\033[K", 4);
	c->progress.shown = c->progress.running = false;
}
