/* SPDX-License-Identifier: MIT */
/* Machine files: what each key means, and what is not said. */
#define _GNU_SOURCE
#include "file_fixture.h"

#include "support/failing.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct tiermm_topology *topology_of(const struct tiermm_file_machine *m)
{
	return tiermm_file_machine_topology(m);
}

static void nodes_have_memory_in_pages_and_cpus_in_both_spellings(void **state)
{
	struct tiermm_file_machine *m = parsed(
		"{\"nodes\": ["
		"{\"id\": 3, \"cpus\": \"0-2,8\", \"mem_mb\": 2},"
		"{\"id\": 1, \"cpus\": [4, 3], \"mem_mb\": 0.00390625}]}");
	struct tiermm_node node = node_of(m, 3);

	(void)state;
	assert_int_equal(node.state, TIERMM_NODE_ONLINE);
	assert_int_equal(node.index, 1);
	assert_int_equal(node.present_pages, 512);
	assert_int_equal(node.cpus, 4);
	assert_int_equal(tiermm_topology_cpu_node(topology_of(m), 8), 3);
	node = node_of(m, 1);
	assert_int_equal(node.present_pages, 1);
	assert_int_equal(node.cpus, 2);
	tiermm_file_machine_destroy(m);
}

static void states_follow_from_online_and_mem_mb(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"nodes\": ["
		       "{\"id\": 0, \"mem_mb\": 1, \"online\": true},"
		       "{\"id\": 1, \"mem_mb\": 0},"
		       "{\"id\": 2, \"mem_mb\": 77, \"online\": false},"
		       "{\"id\": 3, \"mem_mb\": null},"
		       "{\"id\": 4, \"mem_mb\": 1, \"going\": true}]}");

	(void)state;
	assert_int_equal(node_of(m, 0).state, TIERMM_NODE_ONLINE);
	assert_int_equal(node_of(m, 1).state, TIERMM_NODE_MEMORYLESS);
	assert_int_equal(node_of(m, 2).state, TIERMM_NODE_ABSENT);
	assert_int_equal(node_of(m, 2).present_pages, 0);
	assert_int_equal(node_of(m, 3).state, TIERMM_NODE_ONLINE);
	assert_int_equal(node_of(m, 3).present_pages, 0);
	assert_int_equal(node_of(m, 4).state, TIERMM_NODE_GOING);
	tiermm_file_machine_destroy(m);
}

static void a_tier_that_the_file_names_wins_over_speeds(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"nodes\": ["
		       "{\"id\": 0, \"cpus\": [0], \"mem_mb\": 1, \"tier\": 7},"
		       "{\"id\": 1, \"mem_mb\": 1, \"tier\": 3,"
		       " \"abstract_distance\": 600, \"type\": \"pmem\"},"
		       "{\"id\": 2, \"mem_mb\": 1, \"type\": \"dax\"}]}");
	struct tiermm_node node = node_of(m, 0);

	(void)state;
	assert_int_equal(node.tier_id, 7);
	assert_int_equal(node.abstract_distance, 7 * TIERMM_TIER_CHUNK);
	assert_int_equal(node.abstract_distance_source, TIERMM_SOURCE_CALLER);
	node = node_of(m, 1);
	assert_int_equal(node.abstract_distance, 600);
	assert_int_equal(node.type, TIERMM_MEMORY_PMEM);
	assert_int_equal(node_of(m, 2).abstract_distance, TIERMM_ADISTANCE_DAX);
	tiermm_file_machine_destroy(m);
}

static void distances_go_by_place_and_null_is_unknown(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"nodes\": [{\"id\": 5, \"mem_mb\": 1},"
		       "{\"id\": 2, \"mem_mb\": 1}],"
		       "\"distance\": [[10, 31], [null, 10]]}");
	struct tiermm_topology *t = topology_of(m);

	(void)state;
	assert_int_equal(tiermm_topology_distance(t, 5, 2), 31);
	assert_int_equal(tiermm_topology_distance_source(t, 5, 2),
			 TIERMM_SOURCE_SLIT);
	assert_int_equal(tiermm_topology_distance(t, 2, 5), 20);
	assert_int_equal(tiermm_topology_distance_source(t, 2, 5),
			 TIERMM_SOURCE_ASSUMED);
	tiermm_file_machine_destroy(m);
}

static void without_a_table_distances_are_10_and_20(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"nodes\": [{\"id\": 0, \"mem_mb\": 1},"
		       "{\"id\": 1, \"mem_mb\": 1}], \"distance\": null}");
	struct tiermm_topology *t = topology_of(m);

	(void)state;
	assert_int_equal(tiermm_topology_distance(t, 0, 0), 10);
	assert_int_equal(tiermm_topology_distance(t, 0, 1), 20);
	assert_int_equal(tiermm_topology_distance_source(t, 0, 1),
			 TIERMM_SOURCE_DEFAULT);
	tiermm_file_machine_destroy(m);
}

static void speeds_may_lack_numbers_and_initiators_are_named(void **state)
{
	struct tiermm_file_machine *m = parsed(
		"{\"nodes\": [{\"id\": 0, \"cpus\": [0], \"mem_mb\": 1},"
		"{\"id\": 1, \"cpus\": [1], \"mem_mb\": 1},"
		"{\"id\": 2, \"mem_mb\": 1, \"initiator\": 1}], \"hmat\": ["
		"{\"initiator\": 0, \"target\": 2, \"read_latency\": 200},"
		"{\"initiator\": 1, \"target\": 2, \"read_latency\": 300,"
		" \"write_bandwidth\": null}]}");
	struct tiermm_access access;

	(void)state;
	assert_int_equal(tiermm_topology_access(topology_of(m), 0, 2, &access),
			 0);
	assert_int_equal(access.read_latency_ns, 200);
	assert_int_equal(access.write_latency_ns, 0);
	assert_int_equal(tiermm_topology_access(topology_of(m), 0, 0, &access),
			 -TIERMM_ENOENT);
	assert_int_equal(node_of(m, 2).initiator, 1);
	assert_int_equal(node_of(m, 2).access.read_latency_ns, 300);
	tiermm_file_machine_destroy(m);
}

static void a_machine_may_stand_under_topology_among_other_keys(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"name\": 1, \"topology\": {\"nodes\": [{\"id\": 0,"
		       " \"mem_mb\": 1, \"pxm\": 9}], \"extra\": {}},"
		       " \"steps\": null}");

	(void)state;
	assert_int_equal(tiermm_topology_node_count(topology_of(m)), 1);
	assert_int_equal(tiermm_file_machine_step_count(m), 0);
	tiermm_file_machine_destroy(m);
}

static void a_bad_table_is_replaced_where_the_caller_asks_for_it(void **state)
{
	const char text[] = "{\"nodes\": [{\"id\": 0, \"mem_mb\": 1},"
			    "{\"id\": 1, \"mem_mb\": 1}],"
			    "\"distance\": [[10, 10], [300, 10]]}";
	struct tiermm_file_machine *m;

	(void)state;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", text, strlen(text),
						   0, NULL, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_file_machine_parse(
				 &m, "m", text, strlen(text),
				 TIERMM_BUILDER_REPLACE_DISTANCES, NULL, NULL),
			 0);
	assert_int_equal(tiermm_topology_distance(topology_of(m), 1, 0), 20);
	assert_int_equal(tiermm_topology_distance_source(topology_of(m), 1, 0),
			 TIERMM_SOURCE_REPLACED);
	tiermm_file_machine_destroy(m);
}

static void pages_may_be_larger(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"page_bytes\": 65536,"
		       "\"nodes\": [{\"id\": 0, \"mem_mb\": 1}]}");

	(void)state;
	assert_int_equal(tiermm_topology_page_bytes(topology_of(m)), 65536);
	assert_int_equal(node_of(m, 0).present_pages, 16);
	tiermm_file_machine_destroy(m);
}

static void a_topology_outlives_its_machine(void **state)
{
	struct tiermm_file_machine *m =
		parsed("{\"nodes\": [{\"id\": 0, \"mem_mb\": 1}]}");
	struct tiermm_topology *t = tiermm_topology_ref(topology_of(m));

	(void)state;
	tiermm_file_machine_destroy(m);
	assert_true(tiermm_topology_is_valid(t));
	tiermm_topology_unref(t);
}

static void files_that_cannot_be_read_say_why(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	struct tiermm_file_machine *m;

	(void)state;
	assert_int_equal(tiermm_file_machine_read(&m, "/nowhere/m.json", 0,
						  &error, NULL),
			 -TIERMM_ENOENT);
	assert_string_equal(error.text,
			    "/nowhere/m.json: No such file or directory, "
			    "expected a readable file");
	assert_int_equal(tiermm_file_machine_read(&m, "/", 0, &error, NULL),
			 -TIERMM_EIO);
	assert_string_equal(error.text, "/: Is a directory, expected a "
					"readable file");
	assert_null(m);
}

/* Root may read every file, so root is somebody else meanwhile. */
static void a_file_without_permission_is_denied(void **state)
{
	char path[] = "/tmp/tiermm-file-XXXXXX";
	struct tiermm_file_machine *m;
	uid_t self = geteuid();
	int fd = mkstemp(path), err;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(chmod(path, 0), 0);
	if (!self && seteuid(65534)) {
		unlink(path);
		print_message("skipped: root cannot be anybody else here\n");
		skip();
	}
	err = tiermm_file_machine_read(&m, path, 0, NULL, NULL);
	assert_int_equal(seteuid(self), 0);
	unlink(path);
	assert_int_equal(err, -TIERMM_EACCES);
}

/* Larger than the first buffer, so that it has to grow. */
static void a_long_file_is_read_whole(void **state)
{
	char path[] = "/tmp/tiermm-file-XXXXXX";
	struct tiermm_file_machine *m;
	int fd = mkstemp(path);
	FILE *file;

	(void)state;
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	assert_non_null(file);
	fprintf(file, "{\"nodes\": [%*s{\"id\": 7, \"mem_mb\": 1}]}", 300000,
		"");
	fclose(file);
	assert_int_equal(tiermm_file_machine_read(&m, path, 0, NULL, NULL), 0);
	assert_int_equal(node_of(m, 7).present_pages, 256);
	tiermm_file_machine_destroy(m);
	unlink(path);
}

static const char whole[] =
	"{\"topology\": {\"nodes\": ["
	"{\"id\": 0, \"cpus\": [0], \"mem_mb\": 64}, {\"id\": 1,"
	"\"mem_mb\": 64}], \"distance\": [[10, 20], [20, 10]], \"hmat\": ["
	"{\"initiator\": 0, \"target\": 1, \"read_latency\": 1}]}, \"steps\": "
	"[{\"action\": {\"op\": \"node_off\", \"node\": 1}}]}";

static void parse_survives_every_failed_allocation(void **state)
{
	uint64_t k = 0;
	int done = 0;

	(void)state;
	for (; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_file_machine *m = (void *)&f;
		int err =
			tiermm_file_machine_parse(&m, "m", whole, strlen(whole),
						  0, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !m));
		tiermm_file_machine_destroy(m);
		assert_true(failing_is_clean(&f));
	}
	assert_true(k > 5);
}

static void read_survives_every_failed_allocation(void **state)
{
	const char *path = TIERMM_TEST_DATA "/demotion/kmem_hmat.json";
	int done = 0;

	(void)state;
	for (uint64_t k = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_file_machine *m = (void *)&f;
		int err = tiermm_file_machine_read(&m, path, 0, NULL, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !m));
		tiermm_file_machine_destroy(m);
		assert_true(failing_is_clean(&f));
	}
}

static void an_allocator_is_checked_like_every_other(void **state)
{
	struct {
		struct tiermm_alloc mem;
		uint64_t later;
	} newer;
	struct failing f = { .fail_at = FAILING_NEVER };
	struct tiermm_file_machine *m;

	(void)state;
	newer.mem = failing_alloc(&f);
	newer.mem.size = sizeof(newer);
	newer.later = 0;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", whole,
						   strlen(whole), 0, NULL,
						   &newer.mem),
			 0);
	tiermm_file_machine_destroy(m);
	newer.later = 1;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", whole,
						   strlen(whole), 0, NULL,
						   &newer.mem),
			 -TIERMM_E2BIG);
	newer.mem.size = 8;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", whole,
						   strlen(whole), 0, NULL,
						   &newer.mem),
			 -TIERMM_EINVAL);
	newer.mem = failing_alloc(&f);
	newer.mem.free = NULL;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", whole,
						   strlen(whole), 0, NULL,
						   &newer.mem),
			 -TIERMM_EINVAL);
}

static void an_error_of_another_size_is_left_alone(void **state)
{
	struct tiermm_file_error error = { .size = 16, .line = 99 };
	struct tiermm_file_machine *m;

	(void)state;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", "x", 1, 0, &error,
						   NULL),
			 -TIERMM_EPROTO);
	assert_int_equal(error.line, 99);
	assert_int_equal(error.text[0], '\0');
}

static void success_empties_the_error(void **state)
{
	struct tiermm_file_error error = { .size = sizeof(error),
					   .line = 99,
					   .text = "old" };
	struct tiermm_file_machine *m;

	(void)state;
	assert_int_equal(tiermm_file_machine_parse(&m, "m", whole,
						   strlen(whole), 0, &error,
						   NULL),
			 0);
	assert_int_equal(error.line, 0);
	assert_string_equal(error.text, "");
	tiermm_file_machine_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			nodes_have_memory_in_pages_and_cpus_in_both_spellings),
		cmocka_unit_test(states_follow_from_online_and_mem_mb),
		cmocka_unit_test(a_tier_that_the_file_names_wins_over_speeds),
		cmocka_unit_test(distances_go_by_place_and_null_is_unknown),
		cmocka_unit_test(without_a_table_distances_are_10_and_20),
		cmocka_unit_test(
			speeds_may_lack_numbers_and_initiators_are_named),
		cmocka_unit_test(
			a_machine_may_stand_under_topology_among_other_keys),
		cmocka_unit_test(
			a_bad_table_is_replaced_where_the_caller_asks_for_it),
		cmocka_unit_test(pages_may_be_larger),
		cmocka_unit_test(a_topology_outlives_its_machine),
		cmocka_unit_test(files_that_cannot_be_read_say_why),
		cmocka_unit_test(a_file_without_permission_is_denied),
		cmocka_unit_test(a_long_file_is_read_whole),
		cmocka_unit_test(parse_survives_every_failed_allocation),
		cmocka_unit_test(read_survives_every_failed_allocation),
		cmocka_unit_test(an_allocator_is_checked_like_every_other),
		cmocka_unit_test(an_error_of_another_size_is_left_alone),
		cmocka_unit_test(success_empties_the_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
