/* SPDX-License-Identifier: MIT */
/*
 * A machine from text: the one-line form, or a JSON file; its graph as text.
 * What is wrong in a text is said with its place.
 *
 *     cc -std=c11 07_machine_file.c $(pkg-config --cflags --libs tiermm-file)
 *     ./a.out machine.json
 */
#include <stdio.h>

#include <tiermm/backends/file.h>

static const char worked[] = "dram:2x64G cxl:1x256G@250ns,30GB/s";

static int print_graph(struct tiermm_topology *t)
{
	static char text[65536];
	struct tiermm_demotion_graph *g;
	uint64_t length;
	int err = tiermm_demotion_graph_create(&g, t, NULL, NULL, NULL);

	if (err)
		return err;
	err = tiermm_file_graph_write(g, TIERMM_FILE_TEXT, text, sizeof(text),
				      &length);
	if (!err && length < sizeof(text))
		printf("%s", text);
	tiermm_demotion_graph_unref(g);
	return err;
}

/* Written and read again it is the same machine, if in fewer words. */
static int is_kept(const struct tiermm_topology *t)
{
	struct tiermm_file_machine *again;
	char line[128];
	int same;

	if (tiermm_file_topology_write(t, TIERMM_FILE_SYNTHETIC, line,
				       sizeof(line), NULL, NULL) ||
	    tiermm_file_machine_synthetic(&again, line, NULL, NULL))
		return 0;
	printf("in one line: %s\n", line);
	same = tiermm_topology_equal(t, tiermm_file_machine_topology(again));
	tiermm_file_machine_destroy(again);
	return same;
}

/* Nothing is guessed: a unit that does not exist is no machine. */
static int is_refused(const char *line)
{
	struct tiermm_file_error why = { .size = sizeof(why) };
	struct tiermm_file_machine *m;
	int err = tiermm_file_machine_synthetic(&m, line, &why, NULL);

	if (!err)
		tiermm_file_machine_destroy(m);
	else
		printf("\"%s\" is refused: %s\n", line, why.text);
	return err == -TIERMM_EPROTO && why.column > 0;
}

int main(int argc, char **argv)
{
	struct tiermm_file_error why = { .size = sizeof(why) };
	struct tiermm_file_machine *m;
	int from_file = argc > 1;
	int err;

	if (from_file)
		err = tiermm_file_machine_read(&m, argv[1], 0, &why, NULL);
	else
		err = tiermm_file_machine_synthetic(&m, worked, &why, NULL);
	if (err) {
		fprintf(stderr, "%s: %s\n", tiermm_strerror(err), why.text);
		return 1;
	}
	err = print_graph(tiermm_file_machine_topology(m));
	if (!err && !from_file)
		err = !is_kept(tiermm_file_machine_topology(m)) ||
		      !is_refused("dram:2x64Q");
	tiermm_file_machine_destroy(m);
	return err ? 1 : 0;
}
