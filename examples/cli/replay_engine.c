/* SPDX-License-Identifier: MIT */
/* Who decides now: the policy of the log, or another one, on its machine. */
#include "replay.h"

#include <string.h>

struct policy {
	const char *name;
	uint32_t kind;
	int promotes;
	uint32_t promotion;
};

/* Those of the simulator that leave pages where they are decide as none. */
static const struct policy policies[] = {
	{ "none", POLICY_SWAP, 0, 0 },
	{ "demotion", POLICY_DOWN, 0, 0 },
	{ "kernel", POLICY_KERNEL, 1, TIERMM_PROMOTION_KERNEL },
	{ "histogram", POLICY_COUNTS, 1, TIERMM_PROMOTION_HISTOGRAM },
	{ "latency", POLICY_COUNTS, 1, TIERMM_PROMOTION_LATENCY },
};
enum {
	POLICIES = sizeof(policies) / sizeof(policies[0])
};

static const struct policy *find(const struct replay_policy *p)
{
	for (int i = 0; i < POLICIES; i++)
		if (strlen(policies[i].name) == p->length &&
		    memcmp(policies[i].name, p->name, p->length) == 0)
			return &policies[i];
	return NULL;
}

/* NAME[+defer]: when old copies are freed is no decision of these. */
static void take_name(struct replay_policy *p, const char *text)
{
	p->name = text;
	p->length = strcspn(text, "+:");
}

/* NAME:OPTION=VALUE:...: they go before those of --option. */
static int take_policy(struct replay_policy *p, const char *text)
{
	int status = STATUS_DONE;

	take_name(p, text);
	text += strcspn(text, ":");
	while (*text && !status) {
		size_t length = strcspn(++text, ":");

		status = policy_option_take(&p->options, "--policy", text,
					    length);
		text += length;
	}
	return status;
}

static int check(const struct replay *r)
{
	const struct policy *policy = find(&r->now);
	const char *foreign;

	if (!policy)
		return fail(STATUS_USAGE,
			    "--policy '%.*s', expected none, demotion, "
			    "kernel, histogram or latency",
			    (int)r->now.length, r->now.name);
	foreign = policy_options_foreign(&r->options, policy->kind);
	if (foreign)
		return fail(STATUS_USAGE, "--option '%s' means nothing to %s",
			    foreign, policy->name);
	if (policy->promotes && !r->about.pages)
		return fail(STATUS_USAGE,
			    "%s: a log without promotion has no accesses that "
			    "%s could go by",
			    r->path, policy->name);
	return STATUS_DONE;
}

/* Settings of the log hold as far as they mean something, unless said. */
int replay_choose(struct replay *r)
{
	struct policy_options words = { .given = 0 };
	int status = decisions_settings(&r->then.options, &r->about);
	const struct policy *policy;

	take_name(&r->then, r->about.policy ? r->about.policy : "none");
	r->now = r->then;
	if (!status && r->policy_text) {
		r->now.options = words;
		status = take_policy(&r->now, r->policy_text);
		words = r->now.options;
	} else if (!find(&r->now)) {
		take_name(&r->now, "none");
	}
	if (!status)
		status = check(r);
	if (status)
		return status;
	policy = find(&r->now);
	r->now.options = r->then.options;
	policy_options_keep(&r->now.options, policy->kind);
	policy_options_merge(&r->now.options, &r->options);
	policy_options_merge(&r->now.options, &words);
	return STATUS_DONE;
}

static int open_machine(struct replay *r)
{
	const struct input *i = &r->input;

	if (i->sysfs || i->machine || i->synthetic)
		return machine_open(&r->machine, i);
	if (!r->about.topology)
		return fail(STATUS_USAGE,
			    "%s: the log names no machine, expected --machine, "
			    "--synthetic or --sysfs",
			    r->path);
	r->machine.topology = tiermm_topology_ref(r->about.topology);
	return STATUS_DONE;
}

static int open_engine(struct replay *r)
{
	const struct policy *policy = find(&r->now);
	struct tiermm_replay_options size = { .size = sizeof(size),
					      .max_records = r->most };
	struct tiermm_engine_options o = { .size = sizeof(o),
					   .batch = TIERMM_ENGINE_BATCH_MAX };
	struct policy_set set;
	int err;

	policy_options_apply(&r->now.options, &set);
	if (policy->kind == POLICY_SWAP)
		set.reclaim.flags |= TIERMM_RECLAIM_DEMOTION_OFF;
	set.reclaim.page_bytes =
		r->about.page_bytes < 1 << 20 ? r->about.page_bytes : 1 << 20;
	set.promotion.policy = policy->promotion;
	set.promotion.pages = r->about.pages;
	o.demotion = &set.demotion;
	o.reclaim = &set.reclaim;
	o.promotion = policy->promotes ? &set.promotion : NULL;
	err = tiermm_engine_create(&r->engine, r->machine.topology, &o, NULL, 0,
				   NULL, NULL);
	if (!err)
		err = tiermm_replay_create(&r->replay, r->engine, &size, NULL);
	return err ? fail(STATUS_UNREADABLE, "%s: no engine for it: %s",
			  r->path, tiermm_strerror(err))
		   : STATUS_DONE;
}

int replay_engine_open(struct replay *r)
{
	int status = open_machine(r);

	return status ? status : open_engine(r);
}

void replay_engine_close(struct replay *r)
{
	tiermm_replay_destroy(r->replay);
	tiermm_engine_destroy(r->engine);
	machine_close(&r->machine);
}
