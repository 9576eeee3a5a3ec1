/* SPDX-License-Identifier: MIT */
/*
 * tiermm sim sweep over many machines: each rank does every n-th run, the
 * first one collects the rows and writes them in the order of the runs.
 *
 *     mpirun -n 64 mpi_sweep --output out.csv --vary F=1,2,4 \
 *         --synthetic 'dram:1x{F}G cxl:1x16G' zipf:pages=4M
 *
 * Options are those of tiermm sim sweep; its file may be gone on with here,
 * and the other way round. --jobs is not used: ranks are what runs at once;
 * nor is --json: nothing is printed.
 */
#include <stdlib.h>
#include <string.h>

#include <mpi.h>

#include "../cli/sim_sweep.h"

/* Rank 0 says where to go on; a negative number: it has no file. */
static int begin(struct sweep *sweep, int rank)
{
	int status = STATUS_DONE;
	long long first = 0;

	if (rank == 0) {
		status =
			sweep_open_file(sweep, sweep->points[0].request.output);
		first = status ? -(long long)status : (long long)sweep->written;
	}
	MPI_Bcast(&first, 1, MPI_LONG_LONG, 0, MPI_COMM_WORLD);
	if (first < 0)
		return (int)-first;
	sweep->written = (uint64_t)first;
	return status;
}

static char *run_one(struct sweep *sweep, uint64_t job)
{
	char *row;

	sim_job_run(&sweep->jobs[job]);
	row = sweep_row(sweep, job);
	if (!row)
		MPI_Abort(MPI_COMM_WORLD, STATUS_UNREADABLE);
	return row;
}

static char *receive(int from)
{
	MPI_Status status;
	char *row;
	int n;

	MPI_Probe(from, 0, MPI_COMM_WORLD, &status);
	MPI_Get_count(&status, MPI_CHAR, &n);
	row = malloc((size_t)n);
	if (!row)
		MPI_Abort(MPI_COMM_WORLD, STATUS_UNREADABLE);
	MPI_Recv(row, n, MPI_CHAR, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
	return row;
}

static int run_all(struct sweep *sweep, int rank, int ranks)
{
	uint64_t first = sweep->written;
	int status = STATUS_DONE;

	for (uint64_t i = first; i < sweep->n_jobs && !status; i++) {
		int owner = (int)((i - first) % (uint64_t)ranks);
		char *row = NULL;

		if (owner == rank)
			row = run_one(sweep, i);
		else if (rank == 0)
			row = receive(owner);
		if (rank == 0)
			status = sweep_write_row(sweep, row);
		else if (row)
			MPI_Send(row, (int)strlen(row) + 1, MPI_CHAR, 0, 0,
				 MPI_COMM_WORLD);
		free(row);
	}
	/* The others would wait for a receiver for ever. */
	if (status)
		MPI_Abort(MPI_COMM_WORLD, status);
	return rank == 0 ? sweep_close_file(sweep, status) : status;
}

int main(int argc, char **argv)
{
	struct sweep sweep = { .argc = argc };
	int rank, ranks, status;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	/* Each rank plans the same from the same words. */
	status = sweep_plan(&sweep, &sim_sweep_command, argc, argv);
	if (!status)
		status = begin(&sweep, rank);
	if (!status)
		status = run_all(&sweep, rank, ranks);
	sweep_drop(&sweep);
	MPI_Finalize();
	return status == OPTIONS_HELPED ? STATUS_DONE : status;
}
