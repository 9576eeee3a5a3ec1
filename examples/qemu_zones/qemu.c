/* SPDX-License-Identifier: MIT */
/* QEMU as a child: started, spoken to by QMP, and ended. */
#define _GNU_SOURCE
#include "qemu_zones.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Words of the command line, each allocated. */
struct words {
	char *word[96];
	int n;
};

__attribute__((format(printf, 2, 3))) static void add(struct words *w,
						      const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&w->word[w->n], format, arguments) < 0)
		abort();
	va_end(arguments);
	w->n++;
}

static void add_machine(struct words *w)
{
	add(w, "qemu-system-x86_64");
	add(w, "-nodefaults");
	add(w, "-display");
	add(w, "none");
	add(w, "-no-reboot");
	add(w, "-accel");
	add(w, "tcg");
	add(w, "-cpu");
	add(w, "max,-cx16");
	add(w, "-machine");
	add(w, "q35");
	add(w, "-m");
	add(w, "768M,slots=%d,maxmem=24G", DIMMS + DEVICES);
	add(w, "-object");
	add(w, "memory-backend-ram,id=boot0,size=512M");
	add(w, "-object");
	add(w, "memory-backend-ram,id=boot1,size=256M");
	add(w, "-numa");
	add(w, "node,nodeid=0,memdev=boot0,cpus=0");
	add(w, "-numa");
	add(w, "node,nodeid=1,memdev=boot1");
}

static void add_devices(struct words *w)
{
	for (uint32_t i = 0; i < DEVICES; i++) {
		uint64_t first = FIRST_BLOCK + i * DEVICE_BLOCKS;

		add(w, "-object");
		add(w, "memory-backend-ram,id=m%u,size=4G,reserve=off",
		    (unsigned int)i);
		add(w, "-device");
		add(w,
		    "virtio-mem-pci,id=v%u,memdev=m%u,node=%u,"
		    "requested-size=0,memaddr=%" PRIu64 "%s",
		    (unsigned int)i, (unsigned int)i, (unsigned int)i,
		    first * BLOCK_BYTES, i ? ",block-size=256M" : "");
	}
}

static void add_lines(struct words *w, const struct qemu *q,
		      const struct options *o)
{
	add(w, "-qmp");
	add(w, "unix:%s/control,server=on,wait=off", q->directory);
	add(w, "-serial");
	add(w, "file:%s/console", q->directory);
	add(w, "-serial");
	add(w, "unix:%s/serial,server=on,wait=off", q->directory);
	add(w, "-kernel");
	add(w, "%s", o->kernel);
	add(w, "-initrd");
	add(w, "%s", o->initrd);
	add(w, "-append");
	add(w,
	    "console=ttyS0 panic=-1 quiet loglevel=3 "
	    "memhp_default_state=online "
	    "memory_hotplug.online_policy=auto-movable "
	    "memory_hotplug.auto_movable_ratio=%u "
	    "memory_hotplug.auto_movable_numa_aware=%c",
	    (unsigned int)o->ratio, o->aware ? 'Y' : 'N');
}

static int spawn(struct qemu *q, const struct options *o)
{
	struct words w = { .n = 0 };

	add_machine(&w);
	add_devices(&w);
	add_lines(&w, q, o);
	q->pid = fork();
	if (q->pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, STDIN_FILENO);
		execvp(w.word[0], w.word);
		perror(w.word[0]);
		_exit(127);
	}
	for (int i = 0; i < w.n; i++)
		free(w.word[i]);
	return q->pid < 0 ? -1 : 0;
}

static int open_talk(struct talk *t, int fd)
{
	struct timeval patience = { .tv_sec = 60 };
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

/* Send a line; the next answer that is no event, or NULL. */
static char *ask(struct qemu *q, const char *command)
{
	static char line[8192];

	fprintf(q->control.out, "%s\n", command);
	fflush(q->control.out);
	while (fgets(line, sizeof(line), q->control.in))
		if (strstr(line, "\"return\"") || strstr(line, "\"error\""))
			return line;
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

int qemu_resize(struct qemu *q, uint32_t device, uint64_t blocks)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"execute\":\"qom-set\",\"arguments\":{\"path\":"
		 "\"/machine/peripheral/v%u\",\"property\":\"requested-size\","
		 "\"value\":%" PRIu64 "}}",
		 (unsigned int)device, blocks * BLOCK_BYTES);
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
	return (int64_t)(strtoull(answer + 10, NULL, 10) / BLOCK_BYTES);
}

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
