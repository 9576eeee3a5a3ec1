/* SPDX-License-Identifier: MIT */
/* tiermm zones plan: what a device would get, before it is plugged in. */
#include "zones.h"

enum {
	OPTION_BOOT = OPTION_OWN,
	OPTION_RATIO,
	OPTION_DEVICE,
	OPTION_UNIT,
	OPTION_BLOCK,
	OPTION_STATIC,
	OPTION_KEEP,
	OPTION_FREE,
	OPTION_NO_BOOT_NODE,
	OPTION_IGNORE_NODES,
	OPTION_BARE_NODES,
	OPTION_JSON
};

struct request {
	uint64_t boot, device, unit, block, keep, free;
	uint64_t ratio;
	int is_static, no_boot_node, ignore_nodes, bare_nodes, json;
};

static const struct option_line lines[] = {
	{ OPTION_BOOT, "boot", "SIZE", "kernel memory at boot: 4G" },
	{ OPTION_RATIO, "ratio", "PERCENT",
	  "movable to kernel memory, in percent; 301 unless said" },
	{ OPTION_DEVICE, "device", "SIZE", "what is plugged in: 16G" },
	{ OPTION_UNIT, "unit", "SIZE",
	  "unit of a virtio-mem device; a memory block unless said" },
	{ OPTION_BLOCK, "block", "SIZE", "a memory block; 128M unless said" },
	{ OPTION_STATIC, "dimm", NULL,
	  "a DIMM, which is all or nothing, instead of virtio-mem" },
	{ OPTION_KEEP, "keep", "SIZE",
	  "kernel memory at boot that carries nothing (not in Linux)" },
	{ OPTION_FREE, "free", "SIZE",
	  "free kernel memory of the guest: does it cover the plug?" },
	{ OPTION_NO_BOOT_NODE, "other-node", NULL,
	  "the device is on a node without boot memory" },
	{ OPTION_IGNORE_NODES, "ignore-nodes", NULL,
	  "the ratio of the whole machine alone (numa_aware=N)" },
	{ OPTION_BARE_NODES, "bare-nodes", NULL,
	  "do so for nodes without boot memory (not in Linux)" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

static int take_size(const char *name, const char *value, uint64_t *out)
{
	if (parse_size(value, out) && *out % ZONES_PAGE_BYTES == 0)
		return STATUS_DONE;
	return fail(STATUS_USAGE, "--%s '%s', expected a size: 4G, 128M", name,
		    value);
}

static int take_flag(struct request *request, int code)
{
	switch (code) {
	case OPTION_STATIC:
		request->is_static = 1;
		return STATUS_DONE;
	case OPTION_NO_BOOT_NODE:
		request->no_boot_node = 1;
		return STATUS_DONE;
	case OPTION_IGNORE_NODES:
		request->ignore_nodes = 1;
		return STATUS_DONE;
	case OPTION_BARE_NODES:
		request->bare_nodes = 1;
		return STATUS_DONE;
	default:
		request->json = 1;
		return STATUS_DONE;
	}
}

static int take(void *self, int code, const char *value)
{
	struct request *request = self;

	switch (code) {
	case OPTION_BOOT:
		return take_size("boot", value, &request->boot);
	case OPTION_DEVICE:
		return take_size("device", value, &request->device);
	case OPTION_UNIT:
		return take_size("unit", value, &request->unit);
	case OPTION_BLOCK:
		return take_size("block", value, &request->block);
	case OPTION_KEEP:
		return take_size("keep", value, &request->keep);
	case OPTION_FREE:
		return take_size("free", value, &request->free);
	case OPTION_RATIO:
		if (parse_number(value, TIERMM_ZONE_RATIO_MAX, &request->ratio))
			return STATUS_DONE;
		return fail(STATUS_USAGE,
			    "--ratio '%s', expected 0 to 2147483647 percent",
			    value);
	default:
		return take_flag(request, code);
	}
}

static int check(const struct request *request)
{
	if (!request->boot || !request->device)
		return fail(STATUS_USAGE, "expected --boot and --device");
	if (request->unit && request->is_static)
		return fail(STATUS_USAGE, "--unit goes with virtio-mem, "
					  "not with --dimm");
	if (!request->block || (request->block & (request->block - 1)))
		return fail(STATUS_USAGE, "--block: expected a power of two");
	if (request->device % request->block)
		return fail(STATUS_USAGE,
			    "--device: expected a whole number of blocks");
	if (request->device / request->block > UINT32_MAX)
		return fail(STATUS_USAGE, "--device: too many blocks");
	return STATUS_DONE;
}

static int make_account(const struct request *request,
			struct tiermm_zones **out)
{
	struct tiermm_zone_parameters parameters = {
		.size = sizeof(parameters),
		.policy = TIERMM_ZONE_POLICY_AUTO_MOVABLE,
		.ratio = (uint32_t)request->ratio,
		.flags = (request->ignore_nodes ? 0 : TIERMM_ZONE_NODE_AWARE) |
			 (request->bare_nodes ? TIERMM_ZONE_BARE_NODES : 0),
		.kept_pages = request->keep / ZONES_PAGE_BYTES,
	};
	struct tiermm_zones_options options = {
		.size = sizeof(options),
		.max_nodes = 2,
		.max_groups = 1,
		.max_blocks = request->device / request->block,
		.block_pages = request->block / ZONES_PAGE_BYTES,
	};
	struct tiermm_zone_boot boot = {
		.zone = TIERMM_ZONE_NORMAL,
		.spanned = request->boot / ZONES_PAGE_BYTES,
		.present = request->boot / ZONES_PAGE_BYTES,
	};
	int err = tiermm_zones_create(out, &options, &parameters, NULL);

	return err ? err : tiermm_zones_add_boot(*out, &boot);
}

static int show(const struct request *request, struct zones_answer *answer)
{
	struct tiermm_zone_cost_options options = { .size = sizeof(options),
						    .free_bytes =
							    request->free };
	int err;

	answer->cost.size = sizeof(answer->cost);
	err = tiermm_zone_plug_cost(&options,
				    request->device / ZONES_PAGE_BYTES,
				    &answer->cost);
	answer->n_shown = answer->n_runs < ZONES_MOST_RUNS ? answer->n_runs
							   : ZONES_MOST_RUNS;
	if (!err)
		err = tiermm_zone_runs_text(answer->runs, answer->n_shown,
					    answer->sequence,
					    sizeof(answer->sequence), NULL);
	if (err)
		return fail(STATUS_NO, "no plan: %s", tiermm_strerror(err));
	if (request->json)
		zones_plan_json(answer);
	else
		zones_plan_text(answer);
	return answer->cost.fits ? STATUS_DONE : STATUS_NO;
}

static int plan_device(const struct request *request)
{
	static struct zones_answer answer;
	struct tiermm_zone_device device = {
		.size = sizeof(device),
		.kind = request->is_static ? TIERMM_ZONE_GROUP_STATIC
					   : TIERMM_ZONE_GROUP_DYNAMIC,
		.node = request->no_boot_node,
		.group = TIERMM_ZONE_NO_GROUP,
		.pages = request->device / ZONES_PAGE_BYTES,
		.unit_pages = request->unit / ZONES_PAGE_BYTES,
	};
	struct tiermm_zones *zones = NULL;
	int err;

	answer.plan.size = sizeof(answer.plan);
	err = make_account(request, &zones);
	if (!err)
		err = tiermm_zones_plan(zones, &device, &answer.plan,
					answer.runs, ZONES_MOST_RUNS,
					&answer.n_runs);
	tiermm_zones_destroy(zones);
	if (err)
		return fail(STATUS_NO, "no plan: %s", tiermm_strerror(err));
	return show(request, &answer);
}

static int run(int argc, char **argv)
{
	struct request request = { .ratio = 301, .block = UINT64_C(128) << 20 };
	struct input input = { 0 };
	int status;

	status = options_parse(&zones_plan_command, &input, &request, argc,
			       argv);
	if (status == OPTIONS_HELPED)
		return STATUS_DONE;
	if (!status)
		status = check(&request);
	return status ? status : plan_device(&request);
}

const struct command zones_plan_command = {
	.name = "zones plan",
	.summary = "What a device would get, before it is plugged in.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.takes_no_machine = 1,
	.take = take,
	.run = run,
};
