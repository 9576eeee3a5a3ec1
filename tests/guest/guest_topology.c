/* SPDX-License-Identifier: MIT */
/*
 * Inside a guest: the machine through the linux backend, beside the kernel's
 * own files as they stand, for the host to compare. Then the guest's last
 * movable block goes off- and online again, and what the stream of events said
 * of it is told too.
 */
#define _GNU_SOURCE
#include <tiermm/backends/linux.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODES "/sys/devices/system/node"
#define BLOCKS "/sys/devices/system/memory"
#define TIERS "/sys/devices/virtual/memory_tiering"

/* A whole small file, without its last line end; "" where there is none. */
static void read_text(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, out, size - 1);

	out[n > 0 ? n : 0] = 0;
	out[strcspn(out, "\n")] = 0;
	if (fd >= 0)
		close(fd);
}

/* One line for the host: what the kernel says in a file. */
static void print_file(const char *path)
{
	char text[4096];

	if (access(path, R_OK))
		return;
	read_text(path, text, sizeof(text));
	printf("FILE %s %s\n", path, text);
}

static void print_below(const char *directory, const char *prefix,
			const char *name)
{
	DIR *d = opendir(directory);
	struct dirent *entry;
	char path[1024];

	while (d && (entry = readdir(d))) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)))
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", directory,
			 entry->d_name, name);
		print_file(path);
	}
	if (d)
		closedir(d);
}

/* What the kernel logged of its demotion targets. */
static void print_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char line[8192];
	ssize_t n;

	while (fd >= 0 &&
	       ((n = read(fd, line, sizeof(line) - 1)) > 0 || errno == EPIPE)) {
		const char *text;

		line[n > 0 ? n : 0] = 0;
		text = strstr(line, "Demotion targets");
		if (text)
			printf("LOG %.*s\n", (int)strcspn(text, "\n"), text);
	}
	if (fd >= 0)
		close(fd);
}

static void print_kernel(void)
{
	static const char *const sets[] = { "possible", "online",
					    "has_memory" };
	char path[128];

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		snprintf(path, sizeof(path), NODES "/%s", sets[i]);
		print_file(path);
	}
	print_below(NODES, "node", "cpulist");
	print_below(NODES, "node", "distance");
	print_below(NODES, "node", "meminfo");
	print_below(NODES, "node", "access1/initiators/read_latency");
	print_below(TIERS, "memory_tier", "nodelist");
	print_log();
}

static void print_set(const char *name, const struct tiermm_nodeset *set)
{
	char text[512];

	tiermm_nodeset_text(set, text, sizeof(text), NULL);
	printf(",\"%s\":\"%s\"", name, text);
}

static void print_node(const struct tiermm_topology *t,
		       const struct tiermm_demotion_graph *g, uint32_t index)
{
	struct tiermm_nodeset preferred, fallback;
	uint32_t count = tiermm_topology_node_count(t);
	struct tiermm_node node, other;

	tiermm_topology_node_at(t, index, &node);
	tiermm_demotion_graph_targets(g, node.id, &preferred, &fallback);
	printf("%s{\"id\":%d,\"state\":%u,\"cpus\":%u,\"pages\":%llu,"
	       "\"tier\":%d,\"latency\":%u",
	       index ? "," : "", node.id, node.state, node.cpus,
	       (unsigned long long)node.present_pages, node.tier_id,
	       node.access.read_latency_ns);
	print_set("preferred", &preferred);
	print_set("fallback", &fallback);
	printf(",\"distance\":[");
	for (uint32_t i = 0; i < count; i++) {
		tiermm_topology_node_at(t, i, &other);
		printf("%s[%d,%u,%u]", i ? "," : "", other.id,
		       tiermm_topology_distance(t, node.id, other.id),
		       tiermm_topology_distance_source(t, node.id, other.id));
	}
	printf("]}");
}

static int print_machine(const char *name, uint32_t flags, uint32_t load_mode)
{
	struct tiermm_linux_options options = { .size = sizeof(options),
						.flags = flags };
	struct tiermm_linux_error error = { .size = sizeof(error) };
	struct tiermm_demotion_options how = {
		.size = sizeof(how),
		.strategy = TIERMM_STRATEGY_LINUX_6_12,
		.load_mode = load_mode
	};
	struct tiermm_demotion_graph *g;
	struct tiermm_topology *t;
	int err = tiermm_linux_topology(&t, &options, &error, NULL);

	if (err) {
		printf("FAILED %d %s\n", err, error.text);
		return 1;
	}
	err = tiermm_demotion_graph_create(&g, t, &how, NULL, NULL);
	if (err) {
		printf("FAILED graph %d\n", err);
		tiermm_topology_unref(t);
		return 1;
	}
	printf("OURS %s [", name);
	for (uint32_t i = 0; i < tiermm_topology_node_count(t); i++)
		print_node(t, g, i);
	printf("]\n");
	tiermm_demotion_graph_unref(g);
	tiermm_topology_unref(t);
	return 0;
}

static int print_state(const char *name, uint32_t load_mode)
{
	int failed;

	printf("STATE %s\n", name);
	print_kernel();
	failed = print_machine("kernel_tiers", 0, load_mode);
	failed |= print_machine("speeds", TIERMM_LINUX_IGNORE_KERNEL_TIERS,
				load_mode);
	return failed;
}

/* The highest block that is movable: -1 where there is none. */
static int movable_block(void)
{
	DIR *d = opendir(BLOCKS);
	struct dirent *entry;
	int best = -1, id;

	while (d && (entry = readdir(d))) {
		char path[512], zones[64];

		if (sscanf(entry->d_name, "memory%d", &id) != 1)
			continue;
		snprintf(path, sizeof(path), BLOCKS "/memory%d/valid_zones",
			 id);
		read_text(path, zones, sizeof(zones));
		if (strncmp(zones, "Movable", 7) == 0 && id > best)
			best = id;
	}
	if (d)
		closedir(d);
	return best;
}

static int write_state(int block, const char *word)
{
	char path[128];
	ssize_t done;
	int fd;

	snprintf(path, sizeof(path), BLOCKS "/memory%d/state", block);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	done = write(fd, word, strlen(word));
	close(fd);
	return done == (ssize_t)strlen(word) ? 0 : -1;
}

/* Tell what comes in until nothing has for a while. */
static void print_events(struct tiermm_linux_events *e)
{
	struct pollfd wait = { tiermm_linux_events_fd(e), POLLIN, 0 };
	struct tiermm_linux_event events[8];
	uint64_t n;

	while (poll(&wait, 1, 300) > 0 &&
	       !tiermm_linux_events_read(e, events, 8, &n))
		for (uint64_t i = 0; i < n; i++)
			printf("EVENT %u %u %llu\n", events[i].kind,
			       events[i].id,
			       (unsigned long long)events[i].sequence);
}

/* Every event that is told is asked for: offline, then online again. */
static int switch_block(int block)
{
	struct tiermm_linux_events *e;
	int failed;

	if (tiermm_linux_events_create(&e, NULL)) {
		printf("FAILED no stream of events\n");
		return 1;
	}
	print_events(e);
	failed = write_state(block, "offline");
	printf("ASKED offline %d %d\n", block, failed);
	print_events(e);
	failed |= print_state("offline", TIERMM_LOAD_REBUILT);
	failed |= write_state(block, "online_movable");
	printf("ASKED online %d %d\n", block, failed);
	print_events(e);
	failed |= print_state("online", TIERMM_LOAD_REBUILT);
	tiermm_linux_events_destroy(e);
	return failed;
}

int main(void)
{
	int failed, block;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* A block that is movable came later than booting. */
	block = movable_block();
	failed = print_state("start", block < 0 ? TIERMM_LOAD_BOOTED
						: TIERMM_LOAD_REBUILT);
	if (block >= 0)
		failed |= switch_block(block);
	return failed != 0;
}
