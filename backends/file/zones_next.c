/* SPDX-License-Identifier: MIT */
/*
 * One step of a scenario. What went is taken away, what came is plugged in and
 * decided in ascending order; only then is the recorded zone looked at, and
 * where it is another one the account goes on from that.
 */
#include "zones.h"

#include <string.h>

/* The step under way. */
struct stride {
	struct tiermm_file_zones *s;
	const struct tiermm__file_zones_step *step;
	struct tiermm_file_error *error;
	uint64_t n_blocks;
	uint64_t n_ratios;
	uint32_t how;
};

static int cannot(const struct stride *t, uint64_t block, const char *what,
		  int err)
{
	return tiermm__file_report(t->error, -TIERMM_EINVAL, 0, 0,
				   "step %llu, %s: block %llu cannot %s: %s",
				   (unsigned long long)t->s->next + 1,
				   t->step->text, (unsigned long long)block,
				   what, tiermm_strerror(err));
}

int tiermm__file_zones_register(struct tiermm_file_zones *s, uint32_t device)
{
	struct tiermm__file_zones_device *d = &s->devices[device - 1];

	if (d->group != TIERMM_ZONE_NO_GROUP)
		return 0;
	return tiermm_zones_add_group(s->account, d->kind, d->node, d->pages,
				      &d->group);
}

static int set_parameters(struct stride *t)
{
	struct tiermm_zone_parameters *p = &t->s->parameters;
	uint64_t value = t->step->value;

	switch (t->step->what) {
	case TIERMM__FILE_ZONES_RATIO:
		p->ratio = (uint32_t)value;
		break;
	case TIERMM__FILE_ZONES_NODE_AWARE:
		p->flags &= ~(uint32_t)TIERMM_ZONE_NODE_AWARE;
		p->flags |= value ? TIERMM_ZONE_NODE_AWARE : 0;
		break;
	case TIERMM__FILE_ZONES_POLICY:
		p->policy = (uint32_t)value;
		break;
	case TIERMM__FILE_ZONES_DEFAULT:
		t->s->how = (uint32_t)value;
		break;
	default:
		return 0;
	}
	return tiermm_zones_set_parameters(t->s->account, p);
}

/* The state of a block after the step, or NULL where it is gone. */
static const struct tiermm__file_zones_state *
after(const struct stride *t, const struct tiermm__file_zones_state *before,
      uint64_t *at)
{
	const struct tiermm__file_zones_state *states =
		t->s->states + t->step->first;

	while (*at < t->step->n && states[*at].block < before->block)
		++*at;
	if (*at == t->step->n || states[*at].block != before->block ||
	    states[*at].node != before->node ||
	    states[*at].device != before->device)
		return NULL;
	return &states[*at];
}

/* Blocks of several zones stay, whatever is shown. */
static int go(struct stride *t, uint64_t block, int is_gone)
{
	struct tiermm_zones *z = t->s->account;
	struct tiermm_zone_block known;
	int err;

	err = tiermm_zones_block(z, block, &known);
	if (err || known.zone == TIERMM_ZONE_SEVERAL)
		return 0;
	if (known.zone != TIERMM_ZONE_NONE)
		err = tiermm_zones_offline(z, block);
	if (err)
		return cannot(t, block, "go offline", err);
	if (is_gone)
		err = tiermm_zones_unplug(z, block);
	return err ? cannot(t, block, "be unplugged", err) : 0;
}

static int let_go(struct stride *t)
{
	const struct tiermm__file_zones_state *before =
		t->s->states + t->s->first;
	uint64_t at = 0;

	for (uint64_t i = 0; i < t->s->n; i++) {
		const struct tiermm__file_zones_state *now =
			after(t, &before[i], &at);
		int err = 0;

		if (!now || !now->online)
			err = go(t, before[i].block, !now);
		if (err)
			return err;
	}
	return 0;
}

static int decide(struct stride *t,
		  const struct tiermm__file_zones_state *state)
{
	struct tiermm_file_zones_block *out = &t->s->blocks[t->n_blocks];
	struct tiermm_zones *z = t->s->account;
	uint32_t zone = 0;
	int err;

	memset(out, 0, sizeof(*out));
	out->decision.size = sizeof(out->decision);
	out->recorded =
		state->zone < TIERMM_ZONES ? state->zone : TIERMM_ZONE_NONE;
	err = tiermm_zones_decide(z, state->block, t->how, &zone,
				  &out->decision);
	if (!err)
		err = tiermm_zones_online(z, state->block, zone);
	if (err)
		return cannot(t, state->block, "come online", err);
	t->n_blocks++;
	return 0;
}

static int come(struct stride *t, const struct tiermm__file_zones_state *state)
{
	struct tiermm_zones *z = t->s->account;
	int32_t group = TIERMM_ZONE_NO_GROUP;
	struct tiermm_zone_block known;
	int err = 0;

	if (tiermm_zones_block(z, state->block, &known)) {
		if (state->device)
			err = tiermm__file_zones_register(t->s, state->device);
		if (state->device)
			group = t->s->devices[state->device - 1].group;
		if (!err)
			err = tiermm_zones_plug(z, state->block, state->node,
						group);
		if (err)
			return cannot(t, state->block, "be plugged in", err);
		known.zone = TIERMM_ZONE_NONE;
	}
	if (state->online && known.zone == TIERMM_ZONE_NONE)
		return decide(t, state);
	return 0;
}

/* Go on from what was recorded. */
static int correct(struct stride *t,
		   const struct tiermm__file_zones_state *state)
{
	struct tiermm_zones *z = t->s->account;
	struct tiermm_zone_block known;
	int err;

	if (!state->online || state->zone >= TIERMM_ZONES ||
	    tiermm_zones_block(z, state->block, &known) ||
	    known.zone == state->zone || known.zone >= TIERMM_ZONES)
		return 0;
	err = tiermm_zones_offline(z, state->block);
	if (!err)
		err = tiermm_zones_online(z, state->block, state->zone);
	return err ? cannot(t, state->block, "change its zone", err) : 0;
}

static int each(struct stride *t,
		int (*what)(struct stride *t,
			    const struct tiermm__file_zones_state *state))
{
	const struct tiermm__file_zones_state *states =
		t->s->states + t->step->first;

	for (uint64_t i = 0; i < t->step->n; i++) {
		int err = what(t, &states[i]);

		if (err)
			return err;
	}
	return 0;
}

static int seek(struct stride *t, const struct tiermm__file_zones_state *state)
{
	struct tiermm_file_zones_ratio *out = &t->s->ratios[t->n_ratios];
	struct tiermm_zones *z = t->s->account;

	if (state->online)
		return 0;
	*out = (struct tiermm_file_zones_ratio){ .block = state->block };
	if (tiermm_zones_ratio_needed(z, state->block, 1, &out->aware) ||
	    tiermm_zones_ratio_needed(z, state->block, 0, &out->unaware))
		return cannot(t, state->block, "be asked for", -TIERMM_EINVAL);
	t->n_ratios++;
	return 0;
}

static void remove_device(struct stride *t)
{
	struct tiermm__file_zones_device *d;

	if (!t->step->completed || !t->step->value)
		return;
	d = &t->s->devices[t->step->value - 1];
	/* One whose blocks are still there stays a group. */
	if (!tiermm_zones_remove_group(t->s->account, d->group))
		d->group = TIERMM_ZONE_NO_GROUP;
}

static int take(struct stride *t)
{
	int err = t->step->completed ? set_parameters(t) : 0;

	t->how = t->s->how;
	if (t->step->what == TIERMM__FILE_ZONES_WORD)
		t->how = (uint32_t)t->step->value;
	if (!err)
		err = let_go(t);
	if (!err)
		err = each(t, come);
	if (!err)
		err = each(t, correct);
	if (!err && t->step->what == TIERMM__FILE_ZONES_THRESHOLDS)
		err = each(t, seek);
	if (!err && t->step->what == TIERMM__FILE_ZONES_REMOVE)
		remove_device(t);
	return err;
}

int tiermm_file_zones_next(struct tiermm_file_zones *s,
			   struct tiermm_file_zones_step *out,
			   struct tiermm_file_error *error)
{
	struct stride t = { .s = s, .error = error };
	int err;

	if (!s || !out || out->size < sizeof(*out))
		return -TIERMM_EINVAL;
	tiermm__file_report_none(error);
	if (s->next == s->n_steps)
		return -TIERMM_ENOENT;
	t.step = &s->steps[s->next];
	err = take(&t);
	if (err)
		return err;
	s->first = t.step->first;
	s->n = t.step->n;
	s->next++;
	out->completed = t.step->completed;
	out->n_blocks = t.n_blocks;
	out->n_ratios = t.n_ratios;
	out->blocks = s->blocks;
	out->ratios = s->ratios;
	memcpy(out->text, t.step->text, sizeof(out->text));
	return 0;
}
