/* cmd: what every command is made of. The doors of the house: only cmd/ prints, exits, reads the
 * environment and the clock.
 *
 * To add a command, do these five things:
 *   1. cmd/cmd_<name>.c: an args struct, its option rows, a run function, one `const struct cmd cmd_<name>`.
 *   2. Name that row below and in cmd_table.c (the one table: parsing, -h, help, completion come from it).
 *   3. A result of a new kind gets a method in out.h, in the three views, and a JSON Schema in man/schema/.
 *   4. man/tkt-<name>.1; a test holds it to the row.
 *   5. tests/e2e/tNNNN-<name>.sh.
 *
 * The way of a command: main parses options into a fresh args struct, satisfies the needs, calls
 * run(cli, args, err); run calls one tkt_op_*, hands the result to out_*() and returns 0 or a
 * negative enum tkt_code. TKT_ENO with a clean err means: exit 1, nothing more to say. */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/error.h"
#include "base/strv.h"
#include "ops/project.h"

/* --- options ------------------------------------------------------------------------------- */

enum opt_type {
	OPT_FLAG,   /* bool */
	OPT_STRING, /* const char *, points into argv; NULL when not given */
	OPT_CHOICE, /* const char *, one of the words in `words` */
	OPT_LIST,   /* struct tkt_strv, once for each time */
	OPT_COMMAS, /* struct tkt_strv, each value split at commas, blanks trimmed */
	OPT_NUMBER, /* long, >= 0; -1 when not given (set by opt_init) */
	OPT_PRESET, /* const char *, gets `words` itself: --approve, --none */
	OPT_JSON    /* bool json and struct tkt_strv fields of struct globals: --json[=a,b] */
};

struct opt {
	const char *name;  /* long, without "--"; NULL ends a table */
	char letter;       /* short, or 0 */
	enum opt_type type;
	size_t offset;     /* offsetof(struct <name>_args, member) */
	const char *value; /* name of the value in help: "REF", "FILE"; also what completion offers */
	const char *help;  /* one line, lower case, no full stop */
	const char *words; /* OPT_CHOICE: "open pending closed"; OPT_PRESET: the value */
};

#define OPT_END { NULL, 0, OPT_FLAG, 0, NULL, NULL, NULL }

/* --- commands ------------------------------------------------------------------------------ */

enum { /* needs, a set */
	NEED_NONE = 0,
	NEED_ROOT = 1,         /* cli->project is open */
	NEED_AUTHOR = 2,       /* and knows who writes (git's user.name is read) */
	NEED_WRITE = NEED_ROOT | NEED_AUTHOR,
	NEED_CWD = 4,          /* cli->cwd and cli->now (NEED_ROOT brings them too) */
	CMD_DASH_WORDS = 8,    /* after the first operand -b is an operand (label REF +a -b) */
	CMD_QUERY = 16,        /* -label:x and -word are operands; only -x of one letter is an option */
	CMD_PAGER = 32,        /* long output goes through the pager on a terminal */
	CMD_HIDDEN = 64,       /* git's: not in the overview, not completed */
	CMD_RAW = 128,         /* all arguments are operands, nothing is parsed (plugins of the house) */
	NEED_EMBED = 256,      /* the index may make vectors: who does it is asked of the settings */
	NEED_GIT = 512         /* history may be read: where git is, and what its settings say of tkt */
};

enum cmd_group { GROUP_START, GROUP_READ, GROUP_WRITE, GROUP_MOVE, GROUP_GIT, GROUP_CARE, GROUP_MORE, GROUP_N };

struct cli;
struct tkt_json;

struct cmd {
	const char *name;
	const char *aliases;  /* "new" or "ls dir"; NULL */
	enum cmd_group group;
	unsigned needs;       /* NEED_*, CMD_* */
	const char *operands; /* "REF...", "[QUERY...]", "REF KEY=VALUE..."; "" when none */
	int min, max;         /* how many operands; max -1: any */
	size_t args_size;     /* a zeroed struct of that size is filled and released around run */
	size_t operand_off;   /* offsetof(args, struct tkt_strv words): where operands go */
	const struct opt *opts;
	const char *summary;  /* one line for lists of commands */
	const char *details;  /* more sentences for -h, or NULL; help folds them */
	const char *examples; /* "tkt create 'fix it' -p P1\ntkt ..." */
	int (*run)(struct cli *c, void *args, struct tkt_error *err);
};

/* --- what a command gets ------------------------------------------------------------------- */

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct globals { /* filled by the global option table, before or after the command */
	const char *dir, *root, *color, *author;
	bool json;
	struct tkt_strv fields; /* --json=id,title */
	bool no_pager, quiet, verbose, version, help;
	long lock_timeout;      /* seconds; -1: the default */
};

struct progress { /* progress.c: the bar that is on the terminal */
	struct timespec start, drawn; /* of the work; of the last look at it */
	bool running, shown, at_once; /* at_once: long work is what was asked for */
};

enum view { VIEW_HUMAN, VIEW_LINE, VIEW_JSON }; /* terminal, pipe, --json */

struct cli {
	struct globals g;
	const struct cmd *cmd;       /* the one that runs; NULL before that */
	struct tkt_project *project; /* NEED_ROOT */
	const char *root_source;     /* "--root", "WORK_ITEMS_DIR", "search" */
	tkt_time now;                /* TKT_NOW or the clock */
	char *cwd;                   /* absolute, after -C */
	char *author;                /* once asked for: env_author() */
	enum view view;
	bool out_tty, err_tty, in_tty;
	bool color;                  /* colours on standard output */
	size_t width, height;        /* of the terminal; 80 x 24 in a pipe */
	struct tkt_buf out;          /* everything for standard output; written and checked by main */
	struct tkt_buf late;         /* warnings and the error: standard error, after `out` */
	struct tkt_json *warnings;   /* with --json: the envelope's warnings; NULL = none yet */
	long events;                 /* show --events: the last so many; -1: all */
	struct progress progress;
	struct tkt_embed *embed;     /* NEED_EMBED: env_embed.c; owned */
	struct tkt_buf git_program;  /* NEED_GIT: env_git.c; what struct tkt_git_opts borrows */
	char *git_main;
	struct tkt_strv git_trusted;
	bool wrote_json;             /* the one document is in `out` */
	int write_errno;             /* standard output failed; nothing more goes there */
	size_t query_pos;            /* place of a wrong query, for the caret */
	char *query;                 /* the text of it; NULL when there is none */
	struct tkt_buf draft;        /* where the editor's file is, as one would type it; empty: there is none */
	struct tkt_buf draft_start;  /* what stood in it at first */
};

/* The rows. */
extern const struct cmd cmd_init, cmd_create, cmd_list, cmd_show, cmd_edit, cmd_set, cmd_label,
	cmd_assign, cmd_comment, cmd_review, cmd_status, cmd_close, cmd_reopen, cmd_attach, cmd_history,
	cmd_where, cmd_config, cmd_doctor, cmd_help, cmd_version, cmd_completion, cmd_search, cmd_related,
	cmd_duplicates, cmd_index, cmd_hooks, cmd_hook, cmd_merge_item, cmd_merge_thread,
	cmd_branches, cmd_drift, cmd_commits, cmd_link, cmd_unlink, cmd_refs, cmd_diff;

/* cmd_table.c */
extern const struct cmd *const cmd_table[]; /* NULL ends it */
extern const struct opt cmd_globals[];      /* offsets into struct globals */
extern const char *const cmd_group_names[GROUP_N];
const struct cmd *cmd_find(const char *name); /* by name or alias, or NULL */
const char *cmd_nearest(const char *name);    /* "did you mean", or NULL */

/* compat.c: tickets.sh. argv[0] is the program's name. Returns the exit status (0 or 1). Writes
 * to c->out (main writes and checks it); errors go to standard error by cli_err_write(). */
int compat_main(struct cli *c, int argc, char **argv);

/* help.c */
void help_command(struct cli *c, const struct cmd *cmd);
void help_overview(struct cli *c);
/* "REF... [options]" of a command, as one line. */
void help_usage(struct tkt_buf *out, const struct cmd *cmd);

/* opt.c */
void opt_init(const struct opt *opts, void *args); /* numbers to -1; args is zeroed */
void opt_release(const struct opt *opts, void *args);
/* Options and operands of one command; globals are taken anywhere. TKT_EUSAGE. */
int opt_parse(struct cli *c, const struct cmd *cmd, int argc, char **argv, void *args,
	      struct tkt_error *err);
/* Global options before the command: *used arguments were eaten. */
int opt_parse_globals(struct cli *c, int argc, char **argv, int *used, struct tkt_error *err);
/* "open", "pending", "closed", "all" -> bits of enum tkt_status. TKT_EUSAGE. */
int opt_statuses(const struct tkt_strv *names, unsigned *bits, struct tkt_error *err);

/* main.c: exit status of a code; tkt(1). */
int cli_status(enum tkt_code code);
/* Opens the project by the global options and the environment; NEED_ROOT does it before run. */
typedef int (*cli_open_fn)(struct tkt_project **out, const struct tkt_open_opts *opts,
			   struct tkt_error *err);
int cli_open(struct cli *c, cli_open_fn open, struct tkt_error *err);
/* Something to know beside the result: standard error, or `warnings` of the envelope. */
void cli_warn(struct cli *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cli_warn_error(struct cli *c, const struct tkt_error *err);
/* Plain bytes to standard error, after what stands in c->out has been written. */
void cli_err_write(struct cli *c, const char *bytes, size_t n);
/* Writes c->out to standard output now (through no pager). TKT_EIO: the reader is a full disk. */
int cli_flush(struct cli *c, struct tkt_error *err);
/* Between the lines of long output into a pipe: writes what is there if it is much, so that it need not all
 * be held. A failure is kept for the end. Not before anything that may still turn into an error. */
void cli_stream(struct cli *c);
/* From here to the end of the write SIGINT and SIGTERM only set a flag; a second one kills (the journal
 * makes that safe). main ends with 130 afterwards. Call it right before a tkt_op_* that writes. */
void cli_hold_signals(void);

/* env.c */
const char *env_get(const char *name); /* NULL when unset or empty */
/* --author, TKT_AUTHOR, git's user.name, USER, "unknown". Looked up once. */
const char *env_author(struct cli *c);
int env_now(tkt_time *now, struct tkt_error *err);
/* env_git.c: a value of git's configuration as it counts in cwd ("user.name"), owned, or NULL. */
char *env_git_config(const char *cwd, const char *key);
/* The same of a yes or no; otherwise: what counts where it is not set. */
bool env_git_true(const char *cwd, const char *key, bool otherwise);
/* The same of a key that names a file: "~/" is the home directory. */
char *env_git_path(const char *cwd, const char *key);
/* core.editor, always by way of git; owned, or NULL. */
char *env_git_editor(const char *cwd);
/* The top of git's work tree above dir (where .git stands), owned, or NULL. */
char *env_git_top(const char *dir);
/* NEED_GIT: the program git by PATH, tkt.mainBranch, TKT_GIT (library, program, none: which engine; default both).
 * TKT_EUSAGE: TKT_GIT is another word. Kept in c. */
int env_git(struct cli *c, struct tkt_git_opts *out, struct tkt_error *err);

/* env_embed.c, NEED_EMBED, after the project is open: c->embed, and by it the project's index_opts.embed. Free it after
 * the project. TKT_EINVALID: the user's own settings are wrong. */
int env_embed(struct cli *c, struct tkt_error *err);
void env_embed_free(struct cli *c);

/* progress.c: how far long work on the index is, on a terminal only; it is never part of what is kept. */
bool progress_wanted(const struct cli *c);
/* Of struct tkt_open_opts; payload is the struct cli. */
void progress_show(void *payload, const char *what, size_t done, size_t total);
void progress_end(struct cli *c); /* wipes it off */

/* input.c: text from -m, --file, standard input or an editor. */
struct input_req {
	const struct tkt_strv *messages; /* -m, joined by an empty line */
	const char *file;                /* --file, "-" = standard input */
	const char *editor_head;         /* what stands in the editor at first; NULL = never an editor */
	bool optional;                   /* nothing given: no text, or the editor if there is a head */
};
/* TKT_ENO "nothing written" for an empty text; *given false when optional and absent. */
int input_text(struct cli *c, const struct input_req *req, struct tkt_buf *out, bool *given,
	       struct tkt_error *err);
/* Makes c->draft: a file .tkt/<head>-<random>.md (mode 0600) with these bytes. */
int input_draft(struct cli *c, const char *head, const void *bytes, size_t n, struct tkt_error *err);
/* Runs the editor on the draft, and reads what it left. */
int input_editor(struct cli *c, size_t max, struct tkt_buf *text, struct tkt_error *err);
/* After the command: the draft goes, but what somebody wrote and could not be stored is kept, and its place told. */
void input_settle(struct cli *c, int code, struct tkt_error *err);

#endif
