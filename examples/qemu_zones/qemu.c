/* SPDX-License-Identifier: MIT */
/* QEMU as a child: started, spoken to by QMP, and ended. */
#define _GNU_SOURCE
#include "qemu_zones.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn(struct qemu *q, const struct options *o)
{
	char **words = qemu_words(q, o);

	q->pid = fork();
	if (q->pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, STDIN_FILENO);
		execvp(words[0], words);
		perror(words[0]);
		_exit(127);
	}
	for (int i = 0; words[i]; i++)
		free(words[i]);
	free(words);
	return q->pid < 0 ? -1 : 0;
}

static int open_talk(struct talk *t, int fd)
{
	/* A guest that empties a block answers when it is through with it. */
	struct timeval patience = { .tv_sec = 240 };
	int again = dup(fd);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	t->in = fdopen(fd, "r");
	t->out = again < 0 ? NULL : fdopen(again, "w");
	return t->in && t->out ? 0 : -1;
}

/* The other end comes up within a few seconds, or QEMU has ended. */
static int connect_to(struct qemu *q, const char *name, struct talk *t)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s",
		 q->directory, name);
	for (int i = 0; i < 100; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd >= 0 &&
		    !connect(fd, (struct sockaddr *)&address, sizeof(address)))
			return open_talk(t, fd);
		if (fd >= 0)
			close(fd);
		if (waitpid(q->pid, NULL, WNOHANG) == q->pid) {
			q->pid = 0;
			return -1;
		}
		usleep(100000);
	}
	return -1;
}

/*
 * The guest answers a request to eject a DIMM (source 3) with 132 when it
 * begins and 0 when it is gone; anything else is a no.
 */
static void note_event(struct qemu *q, const char *line)
{
	const char *status = strstr(line, "\"status\": ");
	unsigned long code;

	if (!strstr(line, "ACPI_DEVICE_OST") ||
	    !strstr(line, "\"source\": 3,") || !status)
		return;
	code = strtoul(status + 10, NULL, 10);
	q->refusals += code != 0 && code != 132;
}

/* Send a line; the next answer that is no event, or NULL. */
static char *ask(struct qemu *q, const char *command)
{
	static char line[8192];

	fprintf(q->control.out, "%s\n", command);
	fflush(q->control.out);
	while (fgets(line, sizeof(line), q->control.in)) {
		if (strstr(line, "\"return\"") || strstr(line, "\"error\""))
			return line;
		note_event(q, line);
	}
	return NULL;
}

static int tell(struct qemu *q, const char *command)
{
	const char *answer = ask(q, command);

	if (answer && strstr(answer, "\"return\""))
		return 0;
	fprintf(stderr, "%s: %s\n", command, answer ? answer : "no answer");
	return -1;
}

static int wait_until_ready(struct qemu *q)
{
	char line[256];

	while (fgets(line, sizeof(line), q->serial.in))
		if (strncmp(line, "ready", 5) == 0)
			return 0;
	fprintf(stderr, "the guest did not come up: see %s/console\n",
		q->directory);
	return -1;
}

int qemu_start(struct qemu *q, const struct options *o)
{
	memset(q, 0, sizeof(*q));
	strcpy(q->directory, "/tmp/qemu-zones-XXXXXX");
	if (!mkdtemp(q->directory) || spawn(q, o))
		return -1;
	if (connect_to(q, "control", &q->control) ||
	    connect_to(q, "serial", &q->serial) ||
	    tell(q, "{\"execute\":\"qmp_capabilities\"}"))
		return -1;
	return wait_until_ready(q);
}

static void close_talk(struct talk *t)
{
	if (t->in)
		fclose(t->in);
	if (t->out)
		fclose(t->out);
}

static void forget(const struct qemu *q, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", q->directory, name);
	unlink(path);
}

void qemu_stop(struct qemu *q)
{
	if (q->pid > 0) {
		kill(q->pid, SIGTERM);
		waitpid(q->pid, NULL, 0);
	}
	close_talk(&q->control);
	close_talk(&q->serial);
	forget(q, "control");
	forget(q, "serial");
	forget(q, "console");
	rmdir(q->directory);
}

int qemu_resize(struct qemu *q, uint32_t device, uint64_t bytes)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"execute\":\"qom-set\",\"arguments\":{\"path\":"
		 "\"/machine/peripheral/v%u\",\"property\":\"requested-size\","
		 "\"value\":%" PRIu64 "}}",
		 (unsigned int)device, bytes);
	return tell(q, text);
}

int64_t qemu_size(struct qemu *q, uint32_t device)
{
	char text[256];
	const char *answer;

	snprintf(text, sizeof(text),
		 "{\"execute\":\"qom-get\",\"arguments\":{\"path\":"
		 "\"/machine/peripheral/v%u\",\"property\":\"size\"}}",
		 (unsigned int)device);
	answer = ask(q, text);
	answer = answer ? strstr(answer, "\"return\": ") : NULL;
	if (!answer)
		return -1;
	return (int64_t)strtoull(answer + 10, NULL, 10);
}

/* Two lines: the memory, and the module that holds it. */
int qemu_plug_dimm(struct qemu *q, uint32_t dimm, uint64_t blocks, int node)
{
	uint64_t first = DIMM_BLOCK + (uint64_t)dimm * DIMM_ROOM;
	char text[384];

	snprintf(text, sizeof(text),
		 "{\"execute\":\"object-add\",\"arguments\":{\"qom-type\":"
		 "\"memory-backend-ram\",\"id\":\"dm%u\",\"size\":%" PRIu64
		 ",\"reserve\":false}}",
		 (unsigned int)dimm, blocks * BLOCK_BYTES);
	if (tell(q, text))
		return -1;
	snprintf(text, sizeof(text),
		 "{\"execute\":\"device_add\",\"arguments\":{\"driver\":"
		 "\"pc-dimm\",\"id\":\"d%u\",\"memdev\":\"dm%u\",\"node\":%d,"
		 "\"addr\":%" PRIu64 "}}",
		 (unsigned int)dimm, (unsigned int)dimm, node,
		 first * BLOCK_BYTES);
	return tell(q, text);
}

int qemu_unplug_dimm(struct qemu *q, uint32_t dimm)
{
	char text[128];

	snprintf(text, sizeof(text),
		 "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"d%u\"}}",
		 (unsigned int)dimm);
	return tell(q, text);
}

int qemu_has_dimm(struct qemu *q, uint32_t dimm)
{
	char text[160];
	const char *answer;

	snprintf(text, sizeof(text),
		 "{\"execute\":\"qom-get\",\"arguments\":{\"path\":"
		 "\"/machine/peripheral/d%u\",\"property\":\"size\"}}",
		 (unsigned int)dimm);
	answer = ask(q, text);
	return answer && strstr(answer, "\"return\"");
}

int qemu_forget_dimm(struct qemu *q, uint32_t dimm)
{
	char text[128];

	snprintf(text, sizeof(text),
		 "{\"execute\":\"object-del\",\"arguments\":{\"id\":\"dm%u\"}}",
		 (unsigned int)dimm);
	return tell(q, text);
}
