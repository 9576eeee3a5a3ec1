/* SPDX-License-Identifier: MIT */
/*
 * Policies as they are asked for, one beside the other:
 *
 *     kernel+defer
 *     kernel:rate-limit=100:hot-threshold=500
 *     limited=kernel:rate-limit=100       called "limited" wherever it is shown
 */
#include "sim.h"

#include <string.h>

static const char defer_mark[] = "+defer";
static const char all_policies[] =
	"none,static,demotion,demotion+defer,kernel,kernel+defer,"
	"histogram,histogram+defer,latency,latency+defer,ideal";

/* What the options of a policy are about. */
static uint32_t kind_of(uint32_t policy)
{
	switch (policy) {
	case TIERMM_SIM_KERNEL:
		return POLICY_KERNEL;
	case TIERMM_SIM_HISTOGRAM:
	case TIERMM_SIM_LATENCY:
		return POLICY_COUNTS;
	case TIERMM_SIM_DEMOTION:
		return POLICY_DOWN;
	case TIERMM_SIM_NONE:
		return POLICY_SWAP;
	default:
		return 0;
	}
}

/* NAME or NAME+defer. */
static int parse_policy(struct sim_variant *variant, const char *text,
			size_t length)
{
	const size_t mark = strlen(defer_mark);

	variant->defer = length > mark &&
			 memcmp(text + length - mark, defer_mark, mark) == 0;
	length -= variant->defer ? mark : 0;
	for (uint32_t i = 0; i < TIERMM_SIM_POLICIES; i++) {
		const char *name = tiermm_sim_policy_name(i);

		if (i == TIERMM_SIM_OWN || strlen(name) != length ||
		    memcmp(name, text, length) != 0)
			continue;
		variant->policy = i;
		return 1;
	}
	return 0;
}

/* ":NAME=VALUE" as often as there is something left. */
static int parse_options(struct sim_variant *variant, const char *text,
			 size_t length)
{
	uint32_t kind = kind_of(variant->policy);
	int status = STATUS_DONE;
	const char *foreign;

	while (!status && length > 0) {
		const char *next = memchr(text + 1, ':', length - 1);
		size_t n = next ? (size_t)(next - text) : length;

		status = policy_option_take(&variant->options, "--policy",
					    text + 1, n - 1);
		text += n;
		length -= n;
	}
	if (status)
		return status;
	foreign = policy_options_foreign(&variant->options, kind);
	if (foreign)
		return fail(STATUS_USAGE, "--policy '%s': %s has no %s",
			    variant->name,
			    tiermm_sim_policy_name(variant->policy), foreign);
	return STATUS_DONE;
}

/* What stands before an '=' of its own; names of options come behind a ':'. */
static size_t label_length(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && text[n] != '=' && text[n] != ':')
		n++;
	return n < length && text[n] == '=' ? n : 0;
}

static int is_printable(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~' || strchr("\"\\'", text[i]))
			return 0;
	return 1;
}

static int complain(const char *text, size_t length)
{
	return fail(STATUS_USAGE,
		    "--policy '%.*s', expected none, static, demotion, kernel, "
		    "histogram, latency or ideal, with or without +defer, then "
		    ":OPTION=VALUE as often as wanted; or LABEL= and that",
		    (int)length, text);
}

static int parse_variant(struct sim_variant *variant, const char *text,
			 size_t length)
{
	size_t label = label_length(text, length);
	size_t shown = label ? label : length;
	const char *options;
	size_t head;

	if (!is_printable(text, length) || shown >= SIM_NAME ||
	    label >= SIM_LABEL)
		return complain(text, length);
	memcpy(variant->name, text, shown);
	if (label) {
		text += label + 1;
		length -= label + 1;
	}
	options = memchr(text, ':', length);
	head = options ? (size_t)(options - text) : length;
	if (!parse_policy(variant, text, head))
		return complain(text, length);
	return parse_options(variant, text + head, length - head);
}

int sim_add_variant(struct sim_request *request, const char *text,
		    size_t length)
{
	struct sim_variant variant = { .policy = 0 };
	int status = parse_variant(&variant, text, length);

	if (status)
		return status;
	if (request->n_variants == SIM_MOST_VARIANTS)
		return fail(STATUS_USAGE, "--policy: %d of them at most",
			    SIM_MOST_VARIANTS);
	for (uint32_t i = 0; i < request->n_variants; i++)
		if (strcmp(request->variants[i].name, variant.name) == 0)
			return fail(STATUS_USAGE, "--policy: '%s' twice",
				    variant.name);
	request->variants[request->n_variants++] = variant;
	return STATUS_DONE;
}

int sim_parse_variants(struct sim_request *request, const char *text)
{
	if (!text)
		text = all_policies;
	request->n_variants = 0;
	for (;;) {
		size_t length = strcspn(text, ",");
		int status = sim_add_variant(request, text, length);

		if (status || text[length] == '\0')
			return status;
		text += length + 1;
	}
}

int sim_check_variants(const struct sim_request *request)
{
	uint32_t kinds = 0;
	const char *foreign;

	for (uint32_t i = 0; i < request->n_variants; i++)
		kinds |= kind_of(request->variants[i].policy);
	foreign = policy_options_foreign(&request->policy, kinds);
	if (foreign)
		return fail(STATUS_USAGE, "--option %s: no policy here has it",
			    foreign);
	return STATUS_DONE;
}

void sim_variant_options(const struct sim_request *request,
			 const struct sim_variant *variant,
			 struct policy_options *out)
{
	*out = request->policy;
	policy_options_keep(out, kind_of(variant->policy));
	policy_options_merge(out, &variant->options);
}
