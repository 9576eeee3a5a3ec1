/* SPDX-License-Identifier: MIT */
/* CRC-32C: eight tables, so that eight bytes go in at a time. */
#include "trace_format.h"

/* The polynomial of Castagnoli, reflected. */
#define POLYNOMIAL UINT32_C(0x82f63b78)

void tiermm__sim_crc_init(struct trace_crc *crc)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t rest = byte;

		for (int bit = 0; bit < 8; bit++)
			rest = rest >> 1 ^ (rest & 1 ? POLYNOMIAL : 0);
		crc->table[0][byte] = rest;
	}
	for (int i = 1; i < 8; i++)
		for (int byte = 0; byte < 256; byte++) {
			uint32_t rest = crc->table[i - 1][byte];

			crc->table[i][byte] =
				rest >> 8 ^ crc->table[0][rest & 255];
		}
}

uint32_t tiermm__sim_crc_of(const struct trace_crc *crc, const void *data,
			    uint64_t bytes)
{
	const unsigned char *in = data;
	uint32_t rest = UINT32_MAX;

	for (; bytes >= 8; bytes -= 8, in += 8) {
		uint32_t low = tiermm__sim_get32(in) ^ rest;

		rest = crc->table[7][low & 255] ^
		       crc->table[6][low >> 8 & 255] ^
		       crc->table[5][low >> 16 & 255] ^
		       crc->table[4][low >> 24] ^ crc->table[3][in[4]] ^
		       crc->table[2][in[5]] ^ crc->table[1][in[6]] ^
		       crc->table[0][in[7]];
	}
	for (; bytes; bytes--, in++)
		rest = rest >> 8 ^ crc->table[0][(rest ^ *in) & 255];
	return ~rest;
}
