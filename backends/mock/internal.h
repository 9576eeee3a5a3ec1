/* SPDX-License-Identifier: MIT */
/*
 * The mock from inside: one block of memory, cut up at create.
 *
 *     [ struct tiermm_mock | pages (hash table) | log | script pool ]
 */
#ifndef TIERMM_MOCK_INTERNAL_H
#define TIERMM_MOCK_INTERNAL_H

#include <stdatomic.h>

#include <tiermm/backends/mock.h>

/** A slot of the page table; free where @c pages is 0. */
struct mock_page {
	uint64_t key;
	uint64_t pages; /**< base pages, moved as a whole */
	int32_t node;
	uint32_t reserved;
};

struct mock_pages {
	struct mock_page *slot;
	uint64_t mask; /**< slots minus one; slots are a power of two */
	uint64_t used;
	uint64_t limit;
};

struct mock_node {
	uint64_t room; /**< base pages; UINT64_MAX: no bound */
	uint64_t used;
	uint64_t gone;
};

/** A scripted outcome, or a fault; on one list of its pool at a time. */
struct mock_answer {
	struct mock_answer *next;
	uint64_t nth;  /**< faults: calls until it strikes */
	uint32_t verb; /**< faults: which verb */
	uint32_t outcome;
	int32_t error;
	uint32_t reserved;
};

struct mock_script {
	struct mock_answer *unused;
	struct mock_answer *faults;                   /**< as they were set */
	struct mock_answer *first[TIERMM_MOCK_VERBS]; /**< outcomes */
	struct mock_answer *last[TIERMM_MOCK_VERBS];
	uint64_t waiting[TIERMM_MOCK_VERBS];
};

struct mock_log {
	struct tiermm_mock_call *entry;
	uint64_t used;
	uint64_t limit;
	uint64_t lost;
};

struct tiermm_mock {
	struct tiermm_memops ops;
	struct tiermm_alloc mem;
	uint64_t bytes; /**< of the whole block */
	uint64_t now_ns;
	uint64_t calls;   /**< begun, over all verbs */
	uint64_t refused; /**< by a strict mock */
	uint64_t delay_ns[TIERMM_MOCK_VERBS];
	struct mock_pages pages;
	struct mock_log log;
	struct mock_script script;
	struct mock_node node[TIERMM_MAX_NODES];
	uint32_t flags;
	_Atomic uint32_t inside;
};

/* One thread at a time: 0, or -TIERMM_EBUSY. */
int tiermm__mock_enter(struct tiermm_mock *m);
void tiermm__mock_leave(struct tiermm_mock *m);

/* The slots of the table. */
void tiermm__mock_fill_table(struct tiermm_mock *m);

/* Whether something can be there: a node number, and not gone. */
int tiermm__mock_node_there(const struct tiermm_mock *m, int32_t node);
uint64_t tiermm__mock_node_free(const struct mock_node *node);

/*
 * The page table. What find gives is good until the next erase. Insert is for
 * a key that is not there; its caller fills the slot in; NULL: no room.
 */
struct mock_page *tiermm__mock_find(const struct mock_pages *pages,
				    uint64_t key);
struct mock_page *tiermm__mock_insert(struct mock_pages *pages, uint64_t key);
void tiermm__mock_erase(struct mock_pages *pages, struct mock_page *page);

/* The script. Take gives the next outcome, or DONE where none is left. */
void tiermm__mock_script_init(struct mock_script *script,
			      struct mock_answer *pool, uint64_t n);
uint32_t tiermm__mock_script_take(struct mock_script *script, uint32_t verb);

/* Count a call of a verb down on every fault; the error of the first due. */
int32_t tiermm__mock_script_fault(struct mock_script *script, uint32_t verb);

void tiermm__mock_log_add(struct mock_log *log,
			  const struct tiermm_mock_call *call);

#endif
