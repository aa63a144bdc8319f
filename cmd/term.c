/* term: what the terminal can do, and the pager. */
#include "term.h"

#include <sys/ioctl.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/proc.h"
#include "text/ticket.h"

static size_t from_variable(const char *name, size_t fallback)
{
	const char *value = env_get(name);
	long n = value ? strtol(value, NULL, 10) : 0;

	return n > 0 && n < 10000 ? (size_t)n : fallback;
}

static void measure(struct cli *c)
{
	struct winsize size;

	c->width = 80;
	c->height = 24;
	memset(&size, 0, sizeof size);
	if (c->out_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
		if (size.ws_col)
			c->width = size.ws_col;
		if (size.ws_row)
			c->height = size.ws_row;
	}
	c->width = from_variable("COLUMNS", c->width);
	if (c->width < 20)
		c->width = 20;
}

static bool wants_color(const struct cli *c, bool tty)
{
	const char *term = env_get("TERM"), *force = env_get("CLICOLOR_FORCE");

	if (c->g.color && strcmp(c->g.color, "auto") != 0)
		return strcmp(c->g.color, "always") == 0;
	if (env_get("NO_COLOR"))
		return false;
	if (force && strcmp(force, "0") != 0)
		return true;
	return tty && term && strcmp(term, "dumb") != 0;
}

int term_init(struct cli *c, struct tkt_error *err)
{
	(void)err;
	c->out_tty = isatty(STDOUT_FILENO) == 1;
	c->err_tty = isatty(STDERR_FILENO) == 1;
	c->in_tty = isatty(STDIN_FILENO) == 1;
	c->color = wants_color(c, c->out_tty);
	/* Colour asked for by hand is for a person who pipes into a pager. */
	if (c->g.json)
		c->view = VIEW_JSON;
	else if (c->out_tty || (c->g.color && strcmp(c->g.color, "always") == 0))
		c->view = VIEW_HUMAN;
	else
		c->view = VIEW_LINE;
	measure(c);
	return 0;
}

bool term_err_color(const struct cli *c)
{
	return wants_color(c, c->err_tty);
}

const char *term_on(const struct cli *c, enum paint p)
{
	static const char *const codes[PAINT_N] = {
		[PAINT_DIM] = "\033[2m",   [PAINT_BOLD] = "\033[1m",  [PAINT_KEY] = "\033[33m",
		[PAINT_OK] = "\033[32m",   [PAINT_WARN] = "\033[33m", [PAINT_BAD] = "\033[31m",
		[PAINT_HEAD] = "\033[1m", [PAINT_LINK] = "\033[36m",
	};

	return c->color && p < PAINT_N ? codes[p] : "";
}

const char *term_off(const struct cli *c)
{
	return c->color ? "\033[0m" : "";
}

void term_puts(struct cli *c, enum paint p, const char *s)
{
	bool painted = p < PAINT_N && c->color;

	if (painted)
		tkt_buf_puts(&c->out, term_on(c, p));
	tkt_str_visible(&c->out, s, strlen(s), "");
	if (painted)
		tkt_buf_puts(&c->out, term_off(c));
}

enum paint term_priority(const char *priority)
{
	switch (tkt_priority_rank(priority)) {
	case 0:
		return PAINT_BAD;
	case 1:
		return PAINT_WARN;
	case 2:
		return PAINT_N;
	default:
		return PAINT_DIM;
	}
}

enum paint term_status(enum tkt_status status)
{
	return status == TKT_OPEN ? PAINT_OK : status == TKT_PENDING ? PAINT_WARN : PAINT_DIM;
}

/* The user's pager, or less; NULL: none is wanted. */
static const char *pager_words(void)
{
	const char *pager = getenv("TKT_PAGER");

	if (!pager)
		pager = getenv("PAGER");
	if (!pager)
		pager = "less";
	return *pager && strcmp(pager, "cat") != 0 ? pager : NULL;
}

static bool fits(const struct cli *c)
{
	size_t lines = 0;

	for (size_t i = 0; i < c->out.len; i++)
		lines += c->out.ptr[i] == '\n';
	return lines < c->height;
}

int term_page(struct cli *c)
{
	const char *words = c->g.no_pager || fits(c) ? NULL : pager_words();
	char shell[] = "/bin/sh", flag[] = "-c";
	char *argv[] = { shell, flag, NULL, NULL };
	struct tkt_buf path = TKT_BUF_INIT;
	const char *rest;
	int fd = -1, status = 0, started = -1;
	pid_t pid = 0;

	if (!words)
		return 1;
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	argv[2] = tkt_strdup(words); /* the user's own variable, and nothing else, goes to the shell */
	if (strcmp(words, "less") != 0 || tkt_proc_find(&path, words, getenv("PATH")))
		started = tkt_proc_start(argv, &fd, &pid, NULL);
	if (started == 0) {
		signal(SIGPIPE, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		rest = c->out.ptr;
		for (size_t n = c->out.len; n > 0;) {
			ssize_t done = write(fd, rest, n);

			if (done < 0 && errno == EINTR)
				continue;
			if (done < 0)
				break; /* quit before the end */
			rest += done;
			n -= (size_t)done;
		}
		close(fd);
		if (tkt_proc_wait(pid, &status, NULL) == 0 && (status == 126 || status == 127))
			started = -1; /* the shell found none: without it, then */
		else
			tkt_buf_reset(&c->out);
	}
	free(argv[2]);
	tkt_buf_release(&path);
	return started == 0 ? 0 : 1;
}
