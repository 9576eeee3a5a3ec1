/* SPDX-License-Identifier: MIT */
/* Version of the library that is linked. */
#include <tiermm/types.h>

uint32_t tiermm_abi_version(void)
{
	return (uint32_t)TIERMM_VERSION_MAJOR << 16 |
	       (uint32_t)TIERMM_VERSION_MINOR << 8 | TIERMM_VERSION_PATCH;
}
