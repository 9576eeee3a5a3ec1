/* SPDX-License-Identifier: MIT */
/*
 * Machines that ran under Linux 6.12: every block that came online is decided
 * as the kernel did, and every zone has its pages and its reach after every
 * step. And what is wrong in a scenario is said.
 */
#define _GNU_SOURCE
#include "support/cmocka.h"
#include "support/failing.h"

#include <tiermm/backends/file_zones.h>

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>

static const char *directory = TIERMM_TEST_DATA "/zones";

/* One recorded machine under replay. */
struct replay {
	const char *name;
	json_t *recorded;
	struct tiermm_file_zones *scenario;
	uint64_t step;
	uint64_t blocks;
	uint64_t ratios;
};

static void same_zone(struct replay *r, int32_t node, const char *name,
		      json_t *expected)
{
	struct tiermm_zone_state now;
	uint32_t zone = 0;
	json_int_t start =
		json_integer_value(json_object_get(expected, "start_pfn"));
	json_int_t spanned =
		json_integer_value(json_object_get(expected, "spanned"));
	json_int_t pages =
		json_integer_value(json_object_get(expected, "present"));

	while (strcmp(tiermm_zone_name(zone), name) != 0)
		zone++;
	assert_int_equal(tiermm_zones_zone(tiermm_file_zones_account(
						   r->scenario),
					   node, zone, &now),
			 0);
	if ((json_int_t)now.present != pages ||
	    (json_int_t)now.spanned != spanned ||
	    (spanned && (json_int_t)now.start != start))
		fail_msg("%s, step %d: node %d %s: %d of %d pages", r->name,
			 (int)r->step, (int)node, name, (int)now.present,
			 (int)pages);
}

static void same_zones(struct replay *r, json_t *state)
{
	const char *node, *name;
	json_t *zones, *zone;

	json_object_foreach(json_object_get(state, "zones"), node, zones)
	{
		json_object_foreach(zones, name, zone)
		{
			same_zone(r, atoi(node), name, zone);
		}
	}
}

static void same_ratio(const struct replay *r, uint32_t got, json_t *expected)
{
	if (json_integer_value(expected) != (json_int_t)got)
		fail_msg("%s, step %d: ratio %d, recorded %d", r->name,
			 (int)r->step, (int)got,
			 (int)json_integer_value(expected));
}

static void same_ratios(struct replay *r,
			const struct tiermm_file_zones_step *step,
			json_t *expected)
{
	json_t *one;
	size_t i;

	assert_int_equal(json_array_size(expected), step->n_ratios);
	json_array_foreach(expected, i, one)
	{
		assert_int_equal(json_integer_value(
					 json_object_get(one, "block")),
				 step->ratios[i].block);
		same_ratio(r, step->ratios[i].aware,
			   json_object_get(one, "numa_aware_Y"));
		same_ratio(r, step->ratios[i].unaware,
			   json_object_get(one, "numa_aware_N"));
	}
	r->ratios += step->n_ratios;
}

static void same_step(struct replay *r, json_t *recorded)
{
	struct tiermm_file_zones_step step = { .size = sizeof(step) };
	struct tiermm_file_error error = { .size = sizeof(error) };
	json_t *result = json_object_get(recorded, "result");

	r->step++;
	if (tiermm_file_zones_next(r->scenario, &step, &error))
		fail_msg("%s: %s", r->name, error.text);
	for (uint64_t i = 0; i < step.n_blocks; i++)
		if (step.blocks[i].decision.zone != step.blocks[i].recorded)
			fail_msg("%s, step %d: block %d", r->name, (int)r->step,
				 (int)step.blocks[i].decision.block);
	r->blocks += step.n_blocks;
	same_ratios(r, &step, json_object_get(result, "min_movable_ratio"));
	same_zones(r, result);
	assert_int_equal(tiermm_zones_is_valid(
				 tiermm_file_zones_account(r->scenario)),
			 1);
}

static void replay_file(const char *path, struct replay *r)
{
	struct tiermm_file_zones_step step = { .size = sizeof(step) };
	struct tiermm_file_error error = { .size = sizeof(error) };
	json_t *one;
	size_t i;

	r->name = strrchr(path, '/') + 1;
	r->step = 0;
	r->recorded = json_load_file(path, 0, NULL);
	assert_non_null(r->recorded);
	if (tiermm_file_zones_read(&r->scenario, path, &error, NULL))
		fail_msg("%s", error.text);
	same_zones(r, json_object_get(r->recorded, "initial"));
	json_array_foreach(json_object_get(r->recorded, "steps"), i, one)
	{
		same_step(r, one);
	}
	assert_int_equal(tiermm_file_zones_step_count(r->scenario), r->step);
	assert_int_equal(tiermm_file_zones_next(r->scenario, &step, NULL),
			 -TIERMM_ENOENT);
	tiermm_file_zones_destroy(r->scenario);
	json_decref(r->recorded);
}

static void z1_every_recorded_block_is_decided_as_linux_did(void **state)
{
	struct replay r = { .blocks = 0 };
	struct dirent *entry;
	int machines = 0;
	char path[4096];
	DIR *dir = opendir(directory);

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (!strstr(entry->d_name, ".json"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		replay_file(path, &r);
		machines++;
	}
	closedir(dir);
	/* All of them were there. */
	assert_true(machines >= 57);
	assert_true(r.blocks >= 1102);
	assert_true(r.ratios >= 779);
}

#define CONFIG                                                \
	"\"config\":{\"pages_per_block\":1024,\"ratio\":100," \
	"\"numa_aware\":\"N\",\"online_policy\":\"auto-movable\"}"
#define ZONES                                            \
	"\"zones\":{\"0\":{\"Normal\":{\"start_pfn\":0," \
	"\"spanned\":2048,\"present\":2048}}}"
#define BOOT                                         \
	"{\"id\":0,\"node\":0,\"state\":\"online\"," \
	"\"zone\":\"Normal\",\"group\":null},"       \
	"{\"id\":1,\"node\":0,\"state\":\"online\"," \
	"\"zone\":\"Normal\",\"group\":null}"
#define INITIAL "\"initial\":{\"blocks\":[" BOOT "]," ZONES "}"

/* A machine of two blocks, and one step of it. */
#define SCENARIO(action, more)                                   \
	"{" CONFIG "," INITIAL ",\"steps\":[{\"action\":" action \
	",\"result\":{\"blocks\":[" BOOT more "]}}]}"
#define PLUGGED(id) \
	",{\"id\":" #id ",\"node\":0,\"state\":\"online\",\"group\":\"d0\"}"

static int parse(const char *text, struct tiermm_file_zones **s,
		 struct tiermm_file_error *error,
		 const struct tiermm_alloc *mem)
{
	*error = (struct tiermm_file_error){ .size = sizeof(*error) };
	return tiermm_file_zones_parse(s, "test.json", text, strlen(text),
				       error, mem);
}

static void zones_that_are_not_recorded_are_decided(void **state)
{
	struct tiermm_file_zones_step step = { .size = sizeof(step) };
	struct tiermm_file_error error;
	struct tiermm_file_zones *s;

	(void)state;
	assert_int_equal(parse(SCENARIO("{\"op\":\"dimm_add\",\"name\":\"d0\","
					"\"node\":0,\"blocks\":[9,8]}",
					PLUGGED(9) PLUGGED(8)),
			       &s, &error, NULL),
			 0);
	assert_int_equal(tiermm_file_zones_next(s, &step, NULL), 0);
	assert_string_equal(step.text, "dimm_add d0");
	assert_int_equal(step.n_blocks, 2);
	assert_int_equal(step.blocks[0].decision.block, 8);
	assert_int_equal(step.blocks[0].decision.zone, TIERMM_ZONE_MOVABLE);
	assert_int_equal(step.blocks[0].recorded, TIERMM_ZONE_NONE);
	assert_int_equal(step.blocks[0].decision.whole.need_pages, 2048);
	tiermm_file_zones_destroy(s);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		const char *text;
		int err;
		const char *said;
	} wrong[] = {
		{ "[", -TIERMM_EPROTO, "expected JSON" },
		{ "[]", -TIERMM_EPROTO, "expected an object" },
		{ "{}", -TIERMM_EPROTO, "config is missing" },
		{ "{\"config\":{}}", -TIERMM_EPROTO, "pages_per_block" },
		{ "{\"config\":{\"pages_per_block\":3}}", -TIERMM_EPROTO,
		  "no power of two" },
		{ "{\"config\":{\"pages_per_block\":4,\"ratio\":-1}}",
		  -TIERMM_EPROTO, "config.ratio is -1" },
		{ "{\"config\":{\"pages_per_block\":4,\"ratio\":\"3x\"}}",
		  -TIERMM_EPROTO, "a ratio in %" },
		{ "{" CONFIG "}", -TIERMM_EPROTO, "initial is missing" },
		{ "{" CONFIG ",\"initial\":{}}", -TIERMM_EPROTO, "a list" },
		{ "{" CONFIG ",\"initial\":{\"blocks\":[]}}", -TIERMM_EPROTO,
		  "initial.zones is missing" },
		{ "{" CONFIG ",\"initial\":{\"blocks\":[" BOOT "," BOOT
		  "]," ZONES "}}",
		  -TIERMM_EPROTO, "has block 0 twice" },
		{ "{" CONFIG ",\"initial\":{\"blocks\":[],\"zones\":"
		  "{\"x\":{}}}}",
		  -TIERMM_EPROTO, "is no node" },
		{ "{" CONFIG ",\"initial\":{\"blocks\":[],\"zones\":"
		  "{\"0\":{\"Normal\":{\"present\":9,\"spanned\":8}}}}}",
		  -TIERMM_EINVAL, "is no zone" },
		{ "{" CONFIG ",\"initial\":{\"blocks\":[],\"zones\":"
		  "{\"0\":{\"Odd\":{\"present\":9,\"spanned\":9}}}}}",
		  -TIERMM_EPROTO, "is unknown" },
		{ "{" CONFIG ",\"virtio_mem\":{\"v\":{\"node\":0,"
		  "\"unit_blocks\":3}}}",
		  -TIERMM_EPROTO, "unit of 3 blocks" },
		{ SCENARIO("{\"op\":\"jump\"}", ""), -TIERMM_EPROTO,
		  "steps[0].action.op is \"jump\"" },
		{ SCENARIO("7", ""), -TIERMM_EPROTO, "expected an object" },
		{ SCENARIO("{\"op\":\"dimm_del\"}", ""), -TIERMM_EPROTO,
		  "name is missing" },
		{ SCENARIO("{\"op\":\"online\",\"block\":1,\"word\":\"on\"}",
			   ""),
		  -TIERMM_EPROTO, "online_kernel" },
		{ SCENARIO("{\"op\":\"param\",\"name\":\"auto_movable_ratio\","
			   "\"value\":\"many\"}",
			   ""),
		  -TIERMM_EPROTO, "value is \"many\"" },
		{ SCENARIO("{\"op\":\"auto_online\",\"state\":\"x\"}", ""),
		  -TIERMM_EPROTO, "state is \"x\"" },
	};
	struct tiermm_file_error error;
	struct tiermm_file_zones *s;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(parse(wrong[i].text, &s, &error, NULL),
				 wrong[i].err);
		assert_null(s);
		if (!strstr(error.text, wrong[i].said))
			fail_msg("\"%s\" without \"%s\"", error.text,
				 wrong[i].said);
	}
}

static void a_step_that_cannot_happen_is_named(void **state)
{
	/* A DIMM of one block cannot show two. */
	static const char text[] =
		SCENARIO("{\"op\":\"dimm_add\",\"name\":\"d0\",\"node\":0,"
			 "\"blocks\":[8]}",
			 PLUGGED(8) PLUGGED(9));
	struct tiermm_file_zones_step step = { .size = sizeof(step) };
	struct tiermm_file_error error;
	struct tiermm_file_zones *s;

	(void)state;
	assert_int_equal(parse(text, &s, &error, NULL), 0);
	assert_int_equal(tiermm_file_zones_next(s, &step, &error),
			 -TIERMM_EINVAL);
	assert_non_null(strstr(error.text, "step 1, dimm_add d0: block 9"));
	step.size = 4;
	assert_int_equal(tiermm_file_zones_next(s, &step, NULL),
			 -TIERMM_EINVAL);
	tiermm_file_zones_destroy(s);
}

/* Texts that once were taken, and after which pages did not add up. */
static void i31_a_plug_into_boot_memory_is_refused(void **state)
{
	static const char *const paths[] = {
		TIERMM_TEST_DATA
		"/regressions/zones_file/does_not_add_up_1.json",
		TIERMM_TEST_DATA
		"/regressions/zones_file/does_not_add_up_2.json",
	};

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		struct tiermm_file_zones_step step = { .size = sizeof(step) };
		struct tiermm_file_error error = { .size = sizeof(error) };
		struct tiermm_file_zones *s;
		int err;

		assert_int_equal(tiermm_file_zones_read(&s, paths[i], &error,
							NULL),
				 0);
		do
			err = tiermm_file_zones_next(s, &step, &error);
		while (!err);
		assert_int_equal(err, -TIERMM_EINVAL);
		assert_non_null(strstr(error.text, "cannot be plugged in"));
		assert_int_equal(tiermm_zones_is_valid(
					 tiermm_file_zones_account(s)),
				 1);
		tiermm_file_zones_destroy(s);
	}
}

static void reading_survives_every_lack_of_memory(void **state)
{
	static const char text[] = SCENARIO("{\"op\":\"thresholds\"}", "");

	(void)state;
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_file_error error;
		struct tiermm_file_zones *s;
		int err = parse(text, &s, &error, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !s));
		tiermm_file_zones_destroy(s);
		assert_true(failing_is_clean(&f));
	}
}

static void an_account_is_written_as_text_and_as_json(void **state)
{
	static const char text[] = SCENARIO("{\"op\":\"thresholds\"}", "");
	struct tiermm_file_error error;
	struct tiermm_file_zones *s;
	struct tiermm_zones *z;
	char out[1024];
	json_t *root;
	uint64_t length;

	(void)state;
	assert_int_equal(parse(text, &s, &error, NULL), 0);
	z = tiermm_file_zones_account(s);
	assert_int_equal(tiermm_file_zones_write(z, TIERMM_FILE_JSON, out,
						 sizeof(out), &length),
			 0);
	root = json_loads(out, 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(
				 json_object_get(root, "limit_pages")),
			 2048);
	json_decref(root);
	assert_int_equal(tiermm_file_zones_write(z, TIERMM_FILE_TEXT, out,
						 sizeof(out), NULL),
			 0);
	assert_non_null(strstr(out, "Normal"));
	assert_null(strstr(out, "\\n"));
	assert_int_equal(tiermm_file_zones_write(z, TIERMM_FILE_DOT, out, 9,
						 NULL),
			 -TIERMM_EINVAL);
	tiermm_file_zones_destroy(s);
}

static void files_that_cannot_be_read_are_errors(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_zones *s;

	(void)state;
	assert_int_equal(tiermm_file_zones_read(&s, "/no/such/file", &error,
						NULL),
			 -TIERMM_ENOENT);
	assert_null(s);
	assert_non_null(strstr(error.text, "/no/such/file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			z1_every_recorded_block_is_decided_as_linux_did),
		cmocka_unit_test(zones_that_are_not_recorded_are_decided),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(a_step_that_cannot_happen_is_named),
		cmocka_unit_test(i31_a_plug_into_boot_memory_is_refused),
		cmocka_unit_test(reading_survives_every_lack_of_memory),
		cmocka_unit_test(an_account_is_written_as_text_and_as_json),
		cmocka_unit_test(files_that_cannot_be_read_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
