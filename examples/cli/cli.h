/* SPDX-License-Identifier: MIT */
/*
 * The `tiermm` command: what its files share.
 *
 *     main.c ──> topology.c  graph.c  zones.c  doctor.c   a file a subcommand
 *                    │          │        │         │
 *                    v          v        v         v
 *                 options.c  machine.c  output.c   the same for all of them
 *
 * Functions that can fail return an exit status, after they have said on
 * standard error what was wrong, where, and what was expected.
 */
#ifndef TIERMM_CLI_H
#define TIERMM_CLI_H

#include <stdint.h>
#include <stdio.h>

#include <tiermm/backends/file.h>
#include <tiermm/backends/linux.h>

/* Exit statuses, as the man page names them. */
enum {
	STATUS_DONE = 0,
	STATUS_NO = 1,        /* the answer is no, or a check failed */
	STATUS_USAGE = 2,     /* used wrongly */
	STATUS_UNREADABLE = 3 /* machine or file could not be read */
};

/* --- options.c ----------------------------------------------------------- */

enum {
	MOST_TIERS = 64
};

/* A tier that the user names for a node. */
struct named_tier {
	int32_t node;
	int32_t tier;
};

/* Where the machine comes from, and how it is read. */
struct input {
	const char *sysfs;
	const char *machine;
	const char *synthetic;
	const char *operand; /* what a command's operand is, if it has one */
	int ignore_kernel_tiers;
	int replace_distances;
	uint32_t n_tiers;
	struct named_tier tiers[MOST_TIERS];
};

/* One option: what getopt_long is told and what --help prints. */
struct option_line {
	int code;
	const char *name;
	const char *value; /* what --help calls its value; NULL: none */
	const char *help;  /* may hold line ends */
};

/* A command's own option codes begin here. */
enum {
	OPTION_OWN = 512
};

/* A subcommand. */
struct command {
	const char *name;
	const char *summary;
	const struct option_line *lines;
	uint32_t n_lines;
	/* What stands behind the options, like FILE; NULL: nothing does. */
	const char *operand;
	int needs_no_operand; /* it may be left out */
	int takes_no_machine; /* --sysfs and the like are unknown to it */
	/* Take one of the command's own options; returns a status. */
	int (*take)(void *self, int code, const char *value);
	int (*run)(int argc, char **argv);
};

extern const struct command topology_command;
extern const struct command graph_command;
extern const struct command layout_command;
extern const struct command zones_command;
extern const struct command sim_command;
extern const struct command trace_command;
extern const struct command doctor_command;
extern const struct command attach_command;
extern const struct command run_command;
extern const struct command replay_command;

/* Says that options_parse() printed the help: nothing is left to do. */
enum {
	OPTIONS_HELPED = -1
};

int options_parse(const struct command *command, struct input *input,
		  void *self, int argc, char **argv);
void options_help(const struct command *command);
int parse_number(const char *text, uint64_t most, uint64_t *out);
int parse_nodes(const char *text, struct tiermm_nodeset *out);
int parse_pair(const char *text, int32_t *from, int32_t *to);

/* --- family.c ------------------------------------------------------------ */

int run_family(const struct command *family,
	       const struct command *const *members, size_t n, int argc,
	       char **argv);

/* --- machine.c ----------------------------------------------------------- */

/* A machine that was read; `file` is NULL unless it came as text. */
struct machine {
	struct tiermm_topology *topology;
	struct tiermm_file_machine *file;
};

int machine_open(struct machine *machine, const struct input *input);
void machine_close(struct machine *machine);
/* The tiers that the user named, in a topology that takes the place of it. */
int machine_name_tiers(struct tiermm_topology **topology,
		       const struct input *input);
/* TIERMM_LINUX_... */
uint32_t machine_linux_flags(const struct input *input);
const char *machine_sysfs(const struct input *input, char *place, size_t bytes);

/* --- output.c ------------------------------------------------------------ */

/* What a piece of text stands for, where colours are shown. */
enum {
	LOOK_PLAIN = 0,
	LOOK_STRONG,
	LOOK_FAINT,
	LOOK_GOOD,
	LOOK_BAD,
	LOOKS
};

int fail(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int flush_output(int status);
const char *look(unsigned int which);
void print_json_string(const char *text);
void write_json_string(FILE *out, const char *text);
void print_json_nodes(const struct tiermm_nodeset *set);
void print_nodes(const struct tiermm_nodeset *set);
void size_text(uint64_t bytes, char *out, size_t cap);
int print_topology(const struct tiermm_topology *topology, uint32_t format);
char *graph_text(const struct tiermm_demotion_graph *graph, uint32_t format);

#endif
