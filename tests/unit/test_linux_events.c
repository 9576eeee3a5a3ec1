/* SPDX-License-Identifier: MIT */
/*
 * The stream of uevents on this machine. An event is asked for by writing to
 * a CPU's or block's `uevent` file, which changes nothing; what an "add" there
 * looks like to the stream is known.
 */
#include <support/cmocka.h>
#include <support/failing.h>

#include <tiermm/backends/linux.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct tiermm_linux_events *must_listen(void)
{
	struct tiermm_linux_events *e;
	int err = tiermm_linux_events_create(&e, NULL);

	if (err == -TIERMM_ENOTSUP) {
		print_message("SKIP: no netlink socket for uevents here\n");
		skip();
	}
	assert_int_equal(err, 0);
	return e;
}

/* Have the kernel tell "add" of node 0 again: 1, or 0 where it may not be. */
static int ask_for_event(void)
{
	int fd = open("/sys/devices/system/node/node0/uevent", O_WRONLY);
	ssize_t done;

	if (fd < 0)
		return 0;
	done = write(fd, "add", 3);
	close(fd);
	return done == 3;
}

static void nothing_is_no_event_and_does_not_wait(void **state)
{
	struct tiermm_linux_events *e = must_listen();
	struct tiermm_linux_event event;
	uint64_t n = 99;

	(void)state;
	assert_int_equal(tiermm_linux_events_read(e, &event, 1, &n), 0);
	assert_in_range(n, 0, 1);
	tiermm_linux_events_destroy(e);
}

static void tells_a_node_that_was_added(void **state)
{
	struct tiermm_linux_events *e = must_listen();
	struct tiermm_linux_event event = { 0, 9, 0 };
	struct pollfd wait = { tiermm_linux_events_fd(e), POLLIN, 0 };
	uint64_t n = 0;

	(void)state;
	if (!ask_for_event()) {
		tiermm_linux_events_destroy(e);
		print_message("SKIP: node0/uevent may not be written\n");
		skip();
	}
	while (n == 0) {
		if (poll(&wait, 1, 2000) <= 0) {
			tiermm_linux_events_destroy(e);
			print_message("SKIP: no uevent reached this network "
				      "namespace within 2 s\n");
			skip();
		}
		assert_int_equal(tiermm_linux_events_read(e, &event, 1, &n), 0);
	}
	assert_int_equal(event.kind, TIERMM_LINUX_NODE_ADDED);
	assert_int_equal(event.id, 0);
	assert_true(event.sequence > 0);
	tiermm_linux_events_destroy(e);
}

static void tells_that_events_were_lost(void **state)
{
	struct tiermm_linux_events *e = must_listen();
	struct tiermm_linux_event event;
	uint32_t overruns = 0, asked = 0;
	uint64_t n = 1;
	int bytes = 0;

	(void)state;
	/* The least queue that the kernel gives holds a message or two. */
	assert_int_equal(setsockopt(tiermm_linux_events_fd(e), SOL_SOCKET,
				    SO_RCVBUF, &bytes, sizeof(bytes)),
			 0);
	while (asked < 32 && ask_for_event())
		asked++;
	while (asked && n) {
		assert_int_equal(tiermm_linux_events_read(e, &event, 1, &n), 0);
		overruns += n && event.kind == TIERMM_LINUX_OVERRUN;
	}
	tiermm_linux_events_destroy(e);
	if (!asked) {
		print_message("SKIP: node0/uevent may not be written\n");
		skip();
	}
	assert_true(overruns > 0);
}

static void refuses_what_it_cannot_fill(void **state)
{
	struct tiermm_linux_events *e = must_listen();
	struct tiermm_linux_event event;
	uint64_t n;

	(void)state;
	assert_int_equal(tiermm_linux_events_read(NULL, &event, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_events_read(e, NULL, 1, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_events_read(e, &event, 0, &n),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_events_read(e, &event, 1, NULL),
			 -TIERMM_EINVAL);
	assert_int_equal(tiermm_linux_events_create(NULL, NULL),
			 -TIERMM_EINVAL);
	tiermm_linux_events_destroy(e);
	tiermm_linux_events_destroy(NULL);
}

static void create_survives_every_oom(void **state)
{
	(void)state;
	tiermm_linux_events_destroy(must_listen());
	for (uint64_t k = 0, done = 0; !done; k++) {
		struct failing f = { .fail_at = k };
		struct tiermm_alloc mem = failing_alloc(&f);
		struct tiermm_linux_events *e = (void *)&f;
		int err = tiermm_linux_events_create(&e, &mem);

		done = err == 0;
		assert_true(done || (err == -TIERMM_ENOMEM && !e));
		tiermm_linux_events_destroy(e);
		assert_true(failing_is_clean(&f));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_no_event_and_does_not_wait),
		cmocka_unit_test(tells_a_node_that_was_added),
		cmocka_unit_test(tells_that_events_were_lost),
		cmocka_unit_test(refuses_what_it_cannot_fill),
		cmocka_unit_test(create_survives_every_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
