/* SPDX-License-Identifier: MIT */
/* Error codes as text. */
#include <tiermm/error.h>

const char *tiermm_strerror(int32_t error)
{
	/* Negated as unsigned: the lowest number has no positive twin. */
	uint32_t code = error < 0 ? 0 - (uint32_t)error : (uint32_t)error;

	switch (code) {
	case 0:
		return "no error";
	case TIERMM_EPERM:
		return "not permitted";
	case TIERMM_ENOENT:
		return "no such entry";
	case TIERMM_EIO:
		return "reading or writing failed";
	case TIERMM_E2BIG:
		return "an option that this library does not know is set";
	case TIERMM_EAGAIN:
		return "changed too often meanwhile, try again";
	case TIERMM_ENOMEM:
		return "out of memory";
	case TIERMM_EACCES:
		return "access denied";
	case TIERMM_EBUSY:
		return "busy: in use, or another thread is inside";
	case TIERMM_EEXIST:
		return "is there already";
	case TIERMM_ENODEV:
		return "no such node";
	case TIERMM_EINVAL:
		return "invalid argument";
	case TIERMM_ENOSPC:
		return "no room left";
	case TIERMM_ERANGE:
		return "the result does not fit";
	case TIERMM_ELOOP:
		return "the targets form a cycle";
	case TIERMM_EPROTO:
		return "the text does not follow its format";
	case TIERMM_ENOTSUP:
		return "not supported";
	default:
		return "unknown error";
	}
}
