/* SPDX-License-Identifier: MIT */
/* Writing topologies and graphs: which writer. */
#include "write.h"

#include <stddef.h>

static int topology_text(struct tiermm__file_buffer *b,
			 const struct tiermm_topology *t, uint32_t format,
			 struct tiermm_file_error *error)
{
	switch (format) {
	case TIERMM_FILE_TEXT:
		tiermm__file_text_topology(b, t);
		return 0;
	case TIERMM_FILE_JSON:
		tiermm__file_json_topology(b, t);
		return 0;
	case TIERMM_FILE_MACHINE:
		return tiermm__file_write_machine(b, t, error);
	case TIERMM_FILE_SYNTHETIC:
		return tiermm__file_write_synthetic(b, t, error);
	default:
		return -TIERMM_EINVAL;
	}
}

int tiermm_file_topology_write(const struct tiermm_topology *t, uint32_t format,
			       char *out, uint64_t cap, uint64_t *n_out,
			       struct tiermm_file_error *error)
{
	struct tiermm__file_buffer b = { .text = NULL };
	int err;

	tiermm__file_report_none(error);
	if (!t || (cap && !out))
		return -TIERMM_EINVAL;
	err = topology_text(&b, t, format, error);
	if (!err)
		return tiermm__file_deliver(&b, out, cap, n_out);
	tiermm__file_drop(&b);
	return err;
}

int tiermm_file_graph_write(const struct tiermm_demotion_graph *g,
			    uint32_t format, char *out, uint64_t cap,
			    uint64_t *n_out)
{
	struct tiermm__file_buffer b = { .text = NULL };

	if (!g || (cap && !out))
		return -TIERMM_EINVAL;
	if (format == TIERMM_FILE_TEXT)
		tiermm__file_text_graph(&b, g);
	else if (format == TIERMM_FILE_JSON)
		tiermm__file_json_graph(&b, g);
	else if (format == TIERMM_FILE_DOT)
		tiermm__file_dot_graph(&b, g);
	else
		return -TIERMM_EINVAL;
	return tiermm__file_deliver(&b, out, cap, n_out);
}
