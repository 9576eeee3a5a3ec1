/* SPDX-License-Identifier: MIT */
/*
 * Machines for the demotion benchmarks: a quarter of the nodes DRAM with a CPU
 * each, a quarter in a second tier, the rest in a third; distances drawn.
 */
#ifndef TESTS_BENCH_DEMOTION_MACHINE_H
#define TESTS_BENCH_DEMOTION_MACHINE_H

#include <tiermm/random.h>
#include <tiermm/topology_create.h>

/* The machine, from a seed; the program ends where that goes wrong. */
struct tiermm_topology *bench_machine(int32_t nodes, uint64_t seed);

#endif
