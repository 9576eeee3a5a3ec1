/* SPDX-License-Identifier: MIT */
/*
 * Steps of a machine file on their way to events: what the reader of steps
 * and the operations share.
 */
#ifndef TIERMM_FILE_STEPS_H
#define TIERMM_FILE_STEPS_H

#include "machine.h"

/* Memory that was plugged in under a name. */
struct tiermm__file_dimm {
	int32_t node;
	uint32_t epoch; /* how often its node had been emptied before */
	uint64_t pages;
};

/* All steps so far, and the one being read. */
struct tiermm__file_replay {
	struct tiermm__file_draft *d;
	struct tiermm_file_machine *m;
	json_t *names; /* name -> number of the DIMM that is plugged in */
	struct tiermm__file_dimm *dimm;   /* by the step that plugged it in */
	uint32_t epoch[TIERMM_MAX_NODES]; /* how often a node was emptied */
	int loose;      /* a step was refused: do not judge what follows */
	uint64_t index; /* the step being read */
	struct tiermm_file_step *step;
	const json_t *action;
};

/* What cannot have happened: an error, but no event behind a refused step. */
TIERMM__FILE_FORMAT(3)
int tiermm__file_step_impossible(struct tiermm__file_replay *p, const char *key,
				 const char *format, ...);

/* The step's line for people. */
TIERMM__FILE_FORMAT(2)
void tiermm__file_step_say(struct tiermm__file_replay *p, const char *format,
			   ...);

/*
 * Let the step's event happen to the description, if it did happen; where it
 * cannot, the member `key` of the action is to blame.
 */
int tiermm__file_step_happen(struct tiermm__file_replay *p, const char *key,
			     const char *otherwise);

/* The operations on memory. */
int tiermm__file_dimm_add(struct tiermm__file_replay *p);
int tiermm__file_dimm_del(struct tiermm__file_replay *p);
int tiermm__file_kmem(struct tiermm__file_replay *p);
int tiermm__file_node_off(struct tiermm__file_replay *p);

#endif
