/* ops/language: what a file is written in, by the end of its name. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "ops/diff.h"

struct row {
	const char *name, *language;
};

/* Whole names. */
static const struct row names[] = {
	{ "makefile", "Makefile" }, { "gnumakefile", "Makefile" }, { "dockerfile", "Dockerfile" },
	{ "containerfile", "Dockerfile" }, { "cmakelists.txt", "CMake" }, { "rakefile", "Ruby" },
	{ "gemfile", "Ruby" }, { "vagrantfile", "Ruby" }, { "jenkinsfile", "Groovy" }, { "meson.build", "Meson" },
	{ "build.bazel", "Starlark" }, { "go.mod", "Go Module" }, { "go.sum", "Go Checksums" },
	{ ".gitignore", "Git Config" }, { ".gitattributes", "Git Config" }, { ".gitmodules", "Git Config" },
	{ ".bashrc", "Shell" }, { ".profile", "Shell" }, { ".zshrc", "Shell" }, { "pkgbuild", "Shell" },
	{ "configure.ac", "M4" },
};

/* Behind the last dot. */
static const struct row ends[] = {
	{ "c", "C" }, { "h", "C" }, { "cc", "C++" }, { "cpp", "C++" }, { "cxx", "C++" }, { "hh", "C++" },
	{ "hpp", "C++" }, { "hxx", "C++" }, { "ipp", "C++" }, { "m", "Objective-C" }, { "mm", "Objective-C++" },
	{ "cs", "C#" }, { "fs", "F#" }, { "d", "D" }, { "zig", "Zig" }, { "nim", "Nim" }, { "v", "V" },
	{ "rs", "Rust" }, { "go", "Go" }, { "swift", "Swift" }, { "java", "Java" }, { "kt", "Kotlin" },
	{ "kts", "Kotlin" }, { "scala", "Scala" }, { "groovy", "Groovy" }, { "gradle", "Groovy" },
	{ "clj", "Clojure" }, { "cljs", "Clojure" }, { "py", "Python" }, { "pyi", "Python" }, { "pyx", "Cython" },
	{ "rb", "Ruby" }, { "php", "PHP" }, { "pl", "Perl" }, { "pm", "Perl" }, { "t", "Perl" }, { "lua", "Lua" },
	{ "tcl", "Tcl" }, { "r", "R" }, { "jl", "Julia" }, { "dart", "Dart" }, { "js", "JavaScript" },
	{ "mjs", "JavaScript" }, { "cjs", "JavaScript" }, { "jsx", "JavaScript" }, { "ts", "TypeScript" },
	{ "mts", "TypeScript" }, { "cts", "TypeScript" }, { "tsx", "TypeScript" }, { "vue", "Vue" },
	{ "svelte", "Svelte" }, { "html", "HTML" }, { "htm", "HTML" }, { "xhtml", "HTML" }, { "css", "CSS" },
	{ "scss", "SCSS" }, { "sass", "Sass" }, { "less", "Less" }, { "xml", "XML" }, { "xsl", "XSLT" },
	{ "svg", "SVG" }, { "json", "JSON" }, { "jsonl", "JSON" }, { "json5", "JSON5" }, { "yaml", "YAML" },
	{ "yml", "YAML" }, { "toml", "TOML" }, { "ini", "INI" }, { "cfg", "INI" }, { "conf", "INI" },
	{ "properties", "Properties" }, { "csv", "CSV" }, { "tsv", "TSV" }, { "sql", "SQL" }, { "sh", "Shell" },
	{ "bash", "Shell" }, { "zsh", "Shell" }, { "ksh", "Shell" }, { "fish", "Fish" }, { "ps1", "PowerShell" },
	{ "psm1", "PowerShell" }, { "bat", "Batch" }, { "cmd", "Batch" }, { "awk", "AWK" }, { "sed", "sed" },
	{ "mk", "Makefile" }, { "cmake", "CMake" }, { "m4", "M4" }, { "ac", "M4" }, { "am", "Automake" },
	{ "bzl", "Starlark" }, { "nix", "Nix" }, { "tf", "Terraform" }, { "hcl", "HCL" }, { "proto", "Protocol Buffers" },
	{ "graphql", "GraphQL" }, { "gql", "GraphQL" }, { "thrift", "Thrift" }, { "s", "Assembly" },
	{ "asm", "Assembly" }, { "hs", "Haskell" }, { "ml", "OCaml" }, { "mli", "OCaml" }, { "ex", "Elixir" },
	{ "exs", "Elixir" }, { "erl", "Erlang" }, { "hrl", "Erlang" }, { "lisp", "Lisp" }, { "el", "Emacs Lisp" },
	{ "scm", "Scheme" }, { "rkt", "Racket" }, { "f", "Fortran" }, { "f90", "Fortran" }, { "pas", "Pascal" },
	{ "adb", "Ada" }, { "ads", "Ada" }, { "vhd", "VHDL" }, { "sv", "SystemVerilog" }, { "cu", "CUDA" },
	{ "glsl", "GLSL" }, { "vim", "Vim Script" }, { "md", "Markdown" }, { "markdown", "Markdown" },
	{ "mdx", "MDX" }, { "rst", "reStructuredText" }, { "adoc", "AsciiDoc" }, { "org", "Org" }, { "tex", "TeX" },
	{ "bib", "BibTeX" }, { "1", "roff" }, { "3", "roff" }, { "5", "roff" }, { "7", "roff" }, { "8", "roff" },
	{ "txt", "Text" }, { "patch", "Diff" }, { "diff", "Diff" }, { "po", "Gettext" }, { "pot", "Gettext" },
	{ "service", "systemd" }, { "dockerfile", "Dockerfile" }, { "ipynb", "Jupyter Notebook" },
};

static const char *find(const struct row *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (tkt_eq_nocase(rows[i].name, name))
			return rows[i].language;
	return NULL;
}

const char *tkt_language_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
	const char *found = find(names, TKT_LEN(names), name);

	if (!found && dot && dot > name && strcmp(dot, ".C") == 0)
		return "C++";
	if (!found && dot && dot > name)
		found = find(ends, TKT_LEN(ends), dot + 1);
	return found;
}
