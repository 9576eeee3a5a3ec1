/* SPDX-License-Identifier: MIT */
/* Nodes and their room, and which pages are on them. */
#include <stddef.h>

#include "internal.h"

static int is_number(int32_t node)
{
	return node >= 0 && node < TIERMM_MAX_NODES;
}

int tiermm__mock_node_there(const struct tiermm_mock *m, int32_t node)
{
	return is_number(node) && !m->node[node].gone;
}

uint64_t tiermm__mock_node_free(const struct mock_node *node)
{
	return node->room > node->used ? node->room - node->used : 0;
}

int tiermm_mock_set_node(struct tiermm_mock *m, int32_t node, uint64_t pages,
			 uint32_t gone)
{
	int err;

	if (!is_number(node))
		return -TIERMM_EINVAL;
	err = tiermm__mock_enter(m);
	if (err)
		return err;
	m->node[node].room = pages;
	m->node[node].gone = gone;
	tiermm__mock_leave(m);
	return 0;
}

/* Room on a node once the page is no longer where it was. */
static uint64_t room_for(const struct tiermm_mock *m,
			 const struct mock_page *page, int32_t node)
{
	struct mock_node target = m->node[node];

	if (page && page->node == node)
		target.used -= page->pages;
	return tiermm__mock_node_free(&target);
}

static int put(struct tiermm_mock *m, uint64_t key, uint64_t pages,
	       int32_t node)
{
	struct mock_page *page = tiermm__mock_find(&m->pages, key);

	if (m->node[node].gone)
		return -TIERMM_ENODEV;
	if (room_for(m, page, node) < pages)
		return -TIERMM_ENOSPC;
	if (!page)
		page = tiermm__mock_insert(&m->pages, key);
	if (!page)
		return -TIERMM_ENOSPC;
	if (page->node != TIERMM_NO_NODE)
		m->node[page->node].used -= page->pages;
	m->node[node].used += pages;
	page->pages = pages;
	page->node = node;
	return 0;
}

int tiermm_mock_put_run(struct tiermm_mock *m, uint64_t page, uint64_t pages,
			int32_t node)
{
	int err;

	if (!is_number(node) || !pages)
		return -TIERMM_EINVAL;
	err = tiermm__mock_enter(m);
	if (err)
		return err;
	err = put(m, page, pages, node);
	tiermm__mock_leave(m);
	return err;
}

int tiermm_mock_put(struct tiermm_mock *m, uint64_t page, int32_t node)
{
	return tiermm_mock_put_run(m, page, 1, node);
}

int32_t tiermm_mock_where(const struct tiermm_mock *m, uint64_t page)
{
	const struct mock_page *found = tiermm__mock_find(&m->pages, page);

	return found ? found->node : TIERMM_NO_NODE;
}
