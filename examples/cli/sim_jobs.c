/* SPDX-License-Identifier: MIT */
/*
 * Runs side by side: a process each, as many at once as there are CPUs. An
 * outcome comes back through a pipe, as it stands in memory. Each run is the
 * same whoever else runs, so the order of ending changes nothing.
 */
#include "decisions.h"
#include "sim.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tiermm/backends/sim_workload.h>

enum {
	BATCH = 1024
};

static void show_progress(const struct sim_job *job, uint64_t total)
{
	sim_progress(job->variant->name, job->outcome->records, total);
}

/*
 * The loop of tiermm_sim_run(), so that it is known whether the source or the
 * machine failed: a damaged trace is no breach.
 */
static void drive(const struct sim_job *job, struct tiermm_sim *sim,
		  struct tiermm_sim_source *source, uint64_t total,
		  struct decisions *log, struct tiermm_sim_error *error)
{
	struct tiermm_sim_access batch[BATCH];
	struct sim_outcome *o = job->outcome;
	uint64_t n = 0;

	do {
		o->err =
			tiermm_sim_source_next(source, batch, BATCH, &n, error);
		if (o->err)
			return;
		o->err = tiermm_sim_feed(sim, batch, n, error);
		o->in_machine = o->err != 0;
		if (!o->err)
			o->err = decisions_take(log, tiermm_sim_engine(sim));
		o->records += n;
		show_progress(job, total);
	} while (n && !o->err);
}

static void take_result(struct sim_outcome *o, struct tiermm_sim *sim)
{
	uint64_t n = 0;

	o->sum.size = sizeof(o->sum);
	tiermm_sim_get_result(sim, &o->sum);
	tiermm_sim_nodes(sim, o->nodes, SIM_MOST_NODES, &n);
	o->n_nodes = (uint32_t)(n < SIM_MOST_NODES ? n : SIM_MOST_NODES);
	tiermm_sim_series(sim, o->points, SIM_MOST_POINTS, &n);
	o->n_points = n < SIM_MOST_POINTS ? n : SIM_MOST_POINTS;
	sim_take_strays(&o->strays, sim);
}

/* Its decisions go on record, if they are to. */
static int open_log(const struct sim_job *job, const struct machine *machine,
		    const struct policy_options *settings,
		    struct tiermm_sim_options *options, struct decisions *log,
		    struct tiermm_sim_error *error)
{
	struct tiermm_file_error why = { .size = sizeof(why) };
	struct tiermm_file_log_about about = {
		.size = sizeof(about),
		.page_bytes = options->page_bytes,
		.pages = options->pages,
		.topology = machine->topology,
		.policy = tiermm_sim_policy_name(options->policy),
	};
	int err;

	if (!job->request->log)
		return 0;
	err = decisions_open(log, job->request->log, &about, settings, &why);
	options->log = &log->log;
	snprintf(error->text, sizeof(error->text), "%s", why.text);
	return err;
}

static void run_source(const struct sim_job *job, const struct machine *machine,
		       struct tiermm_sim_source *source,
		       struct tiermm_sim_error *error)
{
	struct tiermm_sim_source_info info = { .size = sizeof(info) };
	struct tiermm_sim_options options = job->request->options;
	struct sim_outcome *o = job->outcome;
	struct policy_options words;
	int err;
	struct decisions log = { .path = NULL };
	struct policy_set policy;
	struct tiermm_sim *sim = NULL;

	tiermm_sim_source_get_info(source, &info);
	sim_variant_options(job->request, job->variant, &words);
	policy_options_apply(&words, &policy);
	options.demotion = &policy.demotion;
	options.reclaim = &policy.reclaim;
	options.promotion = &policy.promotion;
	options.costs = &job->request->costs;
	options.policy = job->variant->policy;
	options.flags = (job->variant->defer ? TIERMM_SIM_DEFER : 0) |
			(job->request->check ? TIERMM_SIM_CHECK : 0) |
			(job->request->n_layouts ? TIERMM_SIM_LAYOUT : 0);
	options.pages = info.pages;
	if (info.page_bytes > 4096)
		options.page_bytes = info.page_bytes;
	o->err = open_log(job, machine, &words, &options, &log, error);
	if (!o->err)
		o->err = tiermm_sim_create(&sim, machine->topology, &options,
					   error, NULL);
	if (!o->err)
		o->err = sim_schedule(job->request, sim, error);
	if (!o->err)
		drive(job, sim, source, info.records, &log, error);
	if (sim)
		take_result(o, sim);
	err = decisions_close(&log);
	if (err && (!o->err || o->err == err)) {
		o->err = err;
		snprintf(error->text, sizeof(error->text),
			 "%.96s: not all of it was written", log.path);
	}
	tiermm_sim_destroy(sim);
}

void sim_job_run(const struct sim_job *job)
{
	struct tiermm_sim_error error = { .size = sizeof(error) };
	struct sim_outcome *o = job->outcome;
	struct tiermm_sim_source *source;

	o->err = tiermm_sim_workload_create(&source, job->request->workload,
					    &error, NULL);
	if (!o->err) {
		run_source(job, job->machine, source, &error);
		tiermm_sim_source_destroy(source);
	}
	sim_progress_end();
	if (o->err)
		snprintf(o->error, sizeof(o->error), "%s",
			 error.text[0] ? error.text : tiermm_strerror(o->err));
}

static int write_all(int fd, const void *data, size_t bytes)
{
	const char *next = data;

	while (bytes > 0) {
		ssize_t done = write(fd, next, bytes);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		next += done;
		bytes -= (size_t)done;
	}
	return 0;
}

static int read_all(int fd, void *data, size_t bytes)
{
	char *next = data;

	while (bytes > 0) {
		ssize_t done = read(fd, next, bytes);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		next += done;
		bytes -= (size_t)done;
	}
	return 0;
}

/* What of an outcome has to be sent: the points that there are. */
static size_t outcome_bytes(const struct sim_outcome *o)
{
	return offsetof(struct sim_outcome, points) +
	       o->n_points * sizeof(o->points[0]);
}

static int read_outcome(int fd, struct sim_outcome *o)
{
	size_t head = offsetof(struct sim_outcome, points);

	if (read_all(fd, o, head) || o->n_points > SIM_MOST_POINTS)
		return -1;
	return read_all(fd, o->points, outcome_bytes(o) - head);
}

/* The children: pid[i] runs job[i], whose outcome comes through ready[i]. */
struct pool {
	const struct sim_job *jobs;
	nfds_t n;
	pid_t pid[SIM_MOST_PROCESSES];
	uint64_t job[SIM_MOST_PROCESSES];
	struct pollfd ready[SIM_MOST_PROCESSES];
};

static int start(struct pool *pool, uint64_t index)
{
	const struct sim_job *job = &pool->jobs[index];
	int ends[2];
	pid_t pid;

	fflush(NULL);
	if (pipe(ends))
		return -1;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		sim_progress_off();
		sim_job_run(job);
		_exit(write_all(ends[1], job->outcome,
				outcome_bytes(job->outcome))
			      ? 1
			      : 0);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -1;
	}
	pool->pid[pool->n] = pid;
	pool->job[pool->n] = index;
	pool->ready[pool->n] =
		(struct pollfd){ .fd = ends[0], .events = POLLIN };
	pool->n++;
	return 0;
}

/* Take one child's outcome; the last child gets its place. */
static int finish(struct pool *pool, nfds_t i)
{
	struct sim_outcome *o = pool->jobs[pool->job[i]].outcome;
	int err = read_outcome(pool->ready[i].fd, o);
	int status = 0;

	close(pool->ready[i].fd);
	while (waitpid(pool->pid[i], &status, 0) < 0 && errno == EINTR)
		;
	pool->n--;
	pool->pid[i] = pool->pid[pool->n];
	pool->job[i] = pool->job[pool->n];
	pool->ready[i] = pool->ready[pool->n];
	if (err || status)
		return fail(STATUS_UNREADABLE, "a run ended without a result");
	o->is_done = 1;
	return STATUS_DONE;
}

static int finish_some(struct pool *pool)
{
	int status = STATUS_DONE;

	if (poll(pool->ready, pool->n, -1) < 0 && errno != EINTR)
		return fail(STATUS_UNREADABLE, "no result can be waited for");
	for (nfds_t i = pool->n; i-- > 0 && !status;)
		if (pool->ready[i].revents)
			status = finish(pool, i);
	return status;
}

int sim_jobs_run(const struct sim_job *jobs, uint64_t n, uint64_t most,
		 int (*done)(void *self), void *self)
{
	struct pool pool = { .jobs = jobs };
	uint64_t started = 0;
	int status = STATUS_DONE;

	while (!status && (started < n || pool.n)) {
		while (started < n && pool.n < most && !status) {
			if (start(&pool, started++))
				status = fail(STATUS_UNREADABLE,
					      "no further process: %s",
					      strerror(errno));
		}
		if (!status)
			status = finish_some(&pool);
		sim_progress("runs", started - pool.n, n);
		if (!status && done)
			status = done(self);
	}
	while (pool.n)
		finish(&pool, pool.n - 1);
	sim_progress_end();
	return status;
}
