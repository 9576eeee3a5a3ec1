/* SPDX-License-Identifier: MIT */
/*
 * Inside the guest: loads the driver, then answers "state" on the second
 * serial line with what the kernel shows of blocks and zones.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static void read_word(const char *path, char *out, size_t cap)
{
	FILE *file = fopen(path, "r");

	out[0] = '\0';
	if (file && !fgets(out, (int)cap, file))
		out[0] = '\0';
	if (file)
		fclose(file);
	out[strcspn(out, " \n")] = '\0';
}

static void tell_block(FILE *line, const char *node, const char *block)
{
	char path[600], state[32], zone[32];

	snprintf(path, sizeof(path), "/sys/devices/system/memory/%s/state",
		 block);
	read_word(path, state, sizeof(state));
	snprintf(path, sizeof(path),
		 "/sys/devices/system/memory/%s/valid_zones", block);
	read_word(path, zone, sizeof(zone));
	if (state[0])
		fprintf(line, "block %s %s %s %s\n", block + 6, node + 4, state,
			zone[0] ? zone : "none");
}

static void tell_node(FILE *line, const char *node)
{
	char path[300];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/devices/system/node/%s", node);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "memory", 6) == 0 &&
		    entry->d_name[6] >= '0' && entry->d_name[6] <= '9')
			tell_block(line, node, entry->d_name);
	if (dir)
		closedir(dir);
}

/* Lines of zoneinfo that matter, as they are. */
static void tell_zones(FILE *line)
{
	char text[256];
	FILE *file = fopen("/proc/zoneinfo", "r");

	while (file && fgets(text, sizeof(text), file)) {
		const char *at = text + strspn(text, " ");

		if (!strncmp(at, "Node ", 5) || !strncmp(at, "spanned ", 8) ||
		    !strncmp(at, "present ", 8) || !strncmp(at, "cma ", 4) ||
		    !strncmp(at, "start_pfn:", 10))
			fprintf(line, "zone %s", at);
	}
	if (file)
		fclose(file);
}

static void tell(FILE *line)
{
	struct dirent *entry;
	DIR *dir = opendir("/sys/devices/system/node");

	while (dir && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "node", 4) == 0)
			tell_node(line, entry->d_name);
	if (dir)
		closedir(dir);
	tell_zones(line);
	fputs("end\n", line);
	fflush(line);
}

static FILE *open_line(FILE **in)
{
	int fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios settings;

	if (fd < 0 || tcgetattr(fd, &settings))
		return NULL;
	cfmakeraw(&settings);
	cfsetspeed(&settings, B115200);
	tcsetattr(fd, TCSANOW, &settings);
	*in = fdopen(dup(fd), "r");
	return *in ? fdopen(fd, "w") : NULL;
}

int main(void)
{
	int module = open("/virtio_mem.ko", O_RDONLY | O_CLOEXEC);
	char word[64];
	FILE *line, *in;

	if (module < 0 || syscall(SYS_finit_module, module, "", 0)) {
		perror("virtio_mem.ko");
		return 1;
	}
	line = open_line(&in);
	if (!line) {
		perror("/dev/ttyS1");
		return 1;
	}
	setvbuf(line, NULL, _IOLBF, 0);
	fputs("ready\n", line);
	while (fgets(word, sizeof(word), in))
		if (strcmp(word, "state\n") == 0)
			tell(line);
	return 0;
}
