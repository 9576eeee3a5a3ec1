/* SPDX-License-Identifier: MIT */
/*
 * Two pictures in one, drawn by gnuplot: a bar for each policy's mean access
 * time, and that time while the work went on. A policy has one colour in both;
 * with deferred flushes its line is dashed.
 */
#include "sim.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A line has no more points than a reader can tell apart. */
#define POINTS 80

/* Told apart by colour-blind readers, too (Okabe and Ito). */
static const char *const colours[TIERMM_SIM_POLICIES] = {
	[TIERMM_SIM_NONE] = "#888888",    [TIERMM_SIM_STATIC] = "#000000",
	[TIERMM_SIM_IDEAL] = "#56b4e9",   [TIERMM_SIM_DEMOTION] = "#e69f00",
	[TIERMM_SIM_KERNEL] = "#d55e00",  [TIERMM_SIM_HISTOGRAM] = "#009e73",
	[TIERMM_SIM_LATENCY] = "#0072b2", [TIERMM_SIM_OWN] = "#cc79a7",
};

/* In gnuplot's quotes: a quote would end them, a line end too. */
static void send_quoted(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++)
		if (*text == '"' || *text == '\\' || (unsigned char)*text < ' ')
			putc('.', out);
		else
			putc(*text, out);
	putc('"', out);
}

/*
 * Accesses done, in 10^9, and their mean time: neighbours taken together. What
 * is left at the end is part of the last ones: a few accesses by themselves
 * would look like a change.
 */
static void send_points(FILE *out, const struct sim_outcome *o)
{
	uint64_t together = o->n_points / POINTS + 1;
	uint64_t accesses = 0, ns = 0, all = 0;

	for (uint64_t i = 0; i < o->n_points; i++) {
		uint64_t left = o->n_points - i - 1;

		accesses += o->points[i].accesses;
		ns += o->points[i].access_ns;
		if (left &&
		    (!accesses || (i + 1) % together || left <= together))
			continue;
		all += accesses;
		if (accesses)
			fprintf(out, "%.6f %.3f\n", (double)all / 1e9,
				(double)ns / (double)accesses);
		accesses = 0;
		ns = 0;
	}
}

static void send_data(FILE *out, const struct sim_job *jobs, uint64_t n)
{
	fputs("$bars << END\n", out);
	for (uint64_t i = 0; i < n; i++) {
		fprintf(out, "%" PRIu64 " %.3f 0x%s %s\n", i,
			(double)jobs[i].outcome->sum.mean_ps / 1000.0,
			colours[jobs[i].variant->policy] + 1,
			jobs[i].variant->name);
	}
	fputs("END\n", out);
	for (uint64_t i = 0; i < n; i++) {
		fprintf(out, "$run%" PRIu64 " << END\n", i);
		send_points(out, jobs[i].outcome);
		fputs("END\n", out);
	}
}

static void send_bars(FILE *out, const struct sim_job *jobs)
{
	const struct sim_request *request = jobs[0].request;
	char title[512];

	snprintf(title, sizeof(title), "%s  on  %s", request->workload,
		 sim_machine_text(request));
	fputs("set multiplot\nset origin 0,0.55\nset size 1,0.45\n"
	      "set title noenhanced ",
	      out);
	send_quoted(out, title);
	fputs("\nunset key\nset boxwidth 0.7\nset style fill solid 0.85\n"
	      "set grid y back lc '#dddddd'\nset border 3 lc '#666666'\n"
	      "set tics nomirror out\nset xtics noenhanced rotate by -20\n"
	      "set ylabel 'mean access time, ns'\nset yrange [0:*]\n"
	      "set offsets 0.3,0.3,graph 0.15,0\n"
	      "plot $bars using 1:2:3:xtic(4) with boxes lc rgb variable, "
	      "'' using 1:2:(sprintf('%.1f', $2)) with labels offset 0,0.7 "
	      "font ',11'\n",
	      out);
}

/* One colour a policy: of several with it, each has another dash. */
static int dash_of(const struct sim_job *jobs, uint64_t job)
{
	int dash = 1;

	for (uint64_t i = 0; i < job; i++)
		dash += jobs[i].variant->policy == jobs[job].variant->policy;
	return dash;
}

/* A line that another one will lie on is wide, and so seen beside it. */
static int width_of(const struct sim_job *jobs, uint64_t n, uint64_t job)
{
	for (uint64_t i = job + 1; i < n; i++)
		if (jobs[i].outcome->sum.mean_ps ==
			    jobs[job].outcome->sum.mean_ps &&
		    dash_of(jobs, i) == dash_of(jobs, job))
			return 5;
	return 2;
}

static void send_lines(FILE *out, const struct sim_job *jobs, uint64_t n)
{
	fputs("unset title\nset origin 0,0\nset size 1,0.55\n"
	      "set offsets 0,0,0,0\nset xtics norotate autofreq\n"
	      "set xlabel 'accesses done, 10^9'\nset autoscale xfixmax\n"
	      "set key outside right noenhanced\nplot ",
	      out);
	for (uint64_t i = 0; i < n; i++) {
		fprintf(out,
			"%s$run%" PRIu64 " using 1:2 with lines lw %d dt %d "
			"lc rgb '%s' title '%s'",
			i ? ", " : "", i, width_of(jobs, n, i),
			dash_of(jobs, i), colours[jobs[i].variant->policy],
			jobs[i].variant->name);
	}
	fputs("\nunset multiplot\n", out);
}

/* Before a long run, not behind it; what the file holds stays until then. */
int sim_plot_check(const char *path)
{
	FILE *file;

	if (system("command -v gnuplot > /dev/null 2>&1"))
		return fail(STATUS_UNREADABLE, "--plot needs gnuplot: install "
					       "the package gnuplot-nox");
	file = fopen(path, "ab");
	if (!file)
		return fail(STATUS_UNREADABLE, "--plot %s: %s", path,
			    strerror(errno));
	fclose(file);
	return STATUS_DONE;
}

int sim_plot(const struct sim_job *jobs, uint64_t n, const char *path)
{
	FILE *out = popen("gnuplot", "w");

	if (!out)
		return fail(STATUS_UNREADABLE, "gnuplot cannot be started");
	/* One that ends early is told by its status, not by a signal. */
	signal(SIGPIPE, SIG_IGN);
	fputs("set terminal svg size 960,760 font 'sans,13' background "
	      "'white'\nset output ",
	      out);
	send_quoted(out, path);
	putc('\n', out);
	send_data(out, jobs, n);
	send_bars(out, jobs);
	send_lines(out, jobs, n);
	if (pclose(out))
		return fail(STATUS_UNREADABLE, "%s was not drawn by gnuplot",
			    path);
	return STATUS_DONE;
}
