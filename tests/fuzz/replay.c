/* SPDX-License-Identifier: MIT */
/*
 * Give kept inputs to a fuzz target: each argument is a file, or a directory
 * of files. AFL++ runs the same program with one file.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long inputs;

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	size_t size;
	long end;

	if (!file || fseek(file, 0, SEEK_END) || (end = ftell(file)) < 0)
		return 0;
	rewind(file);
	data = malloc((size_t)end + 1);
	fuzz_expect(data != NULL, "there is memory");
	size = fread(data, 1, (size_t)end, file);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	inputs++;
	return 1;
}

static int run(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char name[4096];
	int all = 1;

	if (!directory)
		return run_file(path);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		all &= run_file(name);
	}
	closedir(directory);
	return all;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (run(argv[i]))
			continue;
		fprintf(stderr, "%s: cannot be read\n", argv[i]);
		return 2;
	}
	printf("%lu inputs\n", inputs);
	return inputs ? 0 : 2;
}
