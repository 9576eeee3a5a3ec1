/* SPDX-License-Identifier: MIT */
/*
 * Traces whose checksums fit and whose contents do not (S3): each limit is
 * held by the reader too, whoever wrote them.
 */
#include "sim_fixture.h"

#include "../../backends/sim/trace_format.h"

/* A trace that is put together by hand. */
struct forged {
	struct bytes b;
	struct trace_crc crc;
	uint64_t records; /* that the next chunk says came before */
};

static struct forged begun(uint32_t page_bytes, uint32_t flags)
{
	unsigned char head[TRACE_HEADER] = TRACE_MAGIC;
	struct forged f = { .records = 0 };

	tiermm__sim_crc_init(&f.crc);
	tiermm__sim_put32(head + 8, TRACE_VERSION);
	tiermm__sim_put32(head + 12, TRACE_HEADER);
	tiermm__sim_put32(head + 16, page_bytes);
	tiermm__sim_put32(head + 20, flags);
	memset(head + 24, 'n', TRACE_NAME); /* without an end */
	tiermm__sim_put32(head + 124, tiermm__sim_crc_of(&f.crc, head, 124));
	bytes_write(&f.b, head, sizeof(head));
	return f;
}

static void add_chunk(struct forged *f, uint32_t kind, uint32_t records,
		      const void *payload, uint32_t n)
{
	unsigned char head[TRACE_CHUNK];

	tiermm__sim_put32(head, TRACE_MARK);
	tiermm__sim_put32(head + 4, kind);
	tiermm__sim_put32(head + 8, n);
	tiermm__sim_put32(head + 12, records);
	tiermm__sim_put64(head + 16, f->records);
	tiermm__sim_put32(head + 24, tiermm__sim_crc_of(&f->crc, payload, n));
	tiermm__sim_put32(head + 28, tiermm__sim_crc_of(&f->crc, head, 28));
	bytes_write(&f->b, head, sizeof(head));
	bytes_write(&f->b, payload, n);
	if (kind == TRACE_ACCESSES)
		f->records += records;
}

/* Records, accesses, pages, threads, processes, gaps, writes. */
static void add_end(struct forged *f, const uint64_t totals[7])
{
	unsigned char payload[TRACE_END_BYTES] = { 0 };

	for (int i = 0; i < 7; i++)
		tiermm__sim_put64(payload + 8 * i, totals[i]);
	add_chunk(f, TRACE_END, 0, payload, sizeof(payload));
}

/* Open it and read to the end; the complaint is left in *error. */
static int read_through(const struct forged *f, struct tiermm_sim_error *error)
{
	struct tiermm_sim_input input = input_of(f->b.data, f->b.n);
	struct tiermm_sim_access batch[16];
	struct tiermm_sim_source *s;
	uint64_t n = 1;
	int err = tiermm_sim_trace_open(&s, &input, error, NULL);

	if (err)
		return err;
	while (!err && n)
		err = tiermm_sim_source_next(s, batch, 16, &n, error);
	tiermm_sim_source_destroy(s);
	return err;
}

/* NULL: it is read; else what is said of it. */
static void expect(struct forged *f, const char *message)
{
	struct tiermm_sim_error error = SIM_ERROR;
	int err = read_through(f, &error);

	if (!err != !message || (err && strcmp(error.text, message) != 0))
		fail_msg("\"%s\", expected \"%s\"", err ? error.text : "",
			 message ? message : "");
	assert_true(!err || err == -TIERMM_EPROTO);
	free(f->b.data);
}

static unsigned char *number(unsigned char *at, uint64_t value)
{
	for (; value > 127; value >>= 7)
		*at++ = (unsigned char)(value | 128);
	*at++ = (unsigned char)value;
	return at;
}

/* One record: a head, and up to two numbers. */
static void one_record(unsigned char head, int numbers, uint64_t first,
		       uint64_t second, const uint64_t totals[7],
		       const char *message)
{
	struct forged f = begun(4096, 0);
	unsigned char payload[32] = { head }, *at = payload + 1;

	if (numbers > 0)
		at = number(at, first);
	if (numbers > 1)
		at = number(at, second);
	add_chunk(&f, TRACE_ACCESSES, 1, payload, (uint32_t)(at - payload));
	add_end(&f, totals);
	expect(&f, message);
}

#define AT "t: chunk 1 at byte 128: "
#define REC AT "record 1 is "

static void each_limit_of_a_record_is_held(void **state)
{
	const uint64_t most = UINT64_C(1) << 52, gap = UINT64_C(1) << 48;
	const uint64_t all[7] = { 1, 1, most, 65536, 65536, 0, 0 };
	const uint64_t last[7] = { 1, 1, most, 1, 1, 0, 0 };
	const uint64_t thread[7] = { 1, 1, 1, 65536, 65536, 0, 0 };
	const uint64_t slow[7] = { 1, 1, 1, 1, 1, gap - 1, 0 };
	const uint64_t often[7] = { 1, UINT32_MAX, 1, 1, 1, 0, 0 };

	(void)state;
	one_record(TRACE_OTHER, 1, 2 * (most - 1), 0, last, NULL);
	one_record(TRACE_OTHER, 1, 2 * most, 0, all,
		   REC "a page number of 2^52 or more");
	one_record(TRACE_MINUS, 0, 0, 0, all,
		   REC "a page number of 2^52 or more");
	one_record(TRACE_CONTEXT, 2, 2 * 65535, 65535, thread, NULL);
	one_record(TRACE_CONTEXT, 2, 2 * 65536, 0, all,
		   REC "a thread number of 65536 or more");
	one_record(TRACE_CONTEXT, 2, UINT64_C(1) << 34, 0, all,
		   REC "a thread number of 65536 or more");
	one_record(TRACE_CONTEXT, 2, 0, 65536, all,
		   REC "a process number of 65536 or more");
	one_record(TRACE_CONTEXT, 2, 0, UINT64_C(1) << 33, all,
		   REC "a process number of 65536 or more");
	one_record(TRACE_GAP, 1, gap - 1, 0, slow, NULL);
	one_record(TRACE_GAP, 1, gap, 0, all, REC "a gap of 2^48 ns or more");
	one_record(TRACE_COUNT, 1, UINT32_MAX - 2, 0, often, NULL);
	one_record(TRACE_COUNT, 1, UINT32_MAX - 1, 0, all,
		   REC "a count of 2^32 or more");
	one_record(TRACE_COUNT, 1, UINT32_MAX, 0, all,
		   REC "a count of 2^32 or more");
}

static void what_the_end_promises_is_held(void **state)
{
	const uint64_t totals[7] = { 1, 1, 1, 1, 1, 0, 0 };
	const char *message =
		REC "a page or thread beyond what the end promises";

	(void)state;
	one_record(TRACE_SAME, 0, 0, 0, totals, NULL);
	one_record(TRACE_PLUS, 0, 0, 0, totals, message);
	one_record(TRACE_CONTEXT, 2, 2, 0, totals, message);
	one_record(TRACE_CONTEXT, 2, 0, 1, totals, message);
}

static void a_number_has_64_bits(void **state)
{
	const uint64_t totals[7] = { 1, 1, 1, 1, 1, 0, 0 };
	unsigned char payload[12] = { TRACE_OTHER };
	static const struct {
		unsigned char last;
		const char *message;
	} ends[] = { { 0, NULL },
		     { 1, REC "a page number of 2^52 or more" },
		     { 2, REC "a record that is cut off" },
		     { 128, REC "a record that is cut off" } };

	(void)state;
	memset(payload + 1, 128, 9);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct forged f = begun(4096, 0);

		payload[10] = ends[i].last;
		add_chunk(&f, TRACE_ACCESSES, 1, payload, 11);
		add_end(&f, totals);
		expect(&f, ends[i].message);
	}
}

/* A chunk of some kind, with zeros in it; accesses are of page 0 then. */
static void one_chunk(uint32_t kind, uint32_t records, uint32_t bytes,
		      const char *message)
{
	const uint64_t totals[7] = { records, records, 1, 1, 1, 0, 0 };
	const uint64_t nothing[7] = { 0 };
	static const unsigned char zeros[TRACE_MOST_PAYLOAD + 64];
	struct forged f = begun(4096, 0);

	add_chunk(&f, kind, records, zeros, bytes);
	add_end(&f, kind == TRACE_ACCESSES && records ? totals : nothing);
	expect(&f, message);
}

static void each_chunk_is_of_one_shape(void **state)
{
	const uint32_t most = TRACE_MOST_PAYLOAD;

	(void)state;
	one_chunk(TRACE_ACCESSES, 3, 3, NULL);
	one_chunk(TRACE_ACCESSES, 3, 4, AT "1 bytes follow its last record");
	one_chunk(TRACE_ACCESSES, 3, 2, AT "2 bytes for 3 records of kind 1");
	one_chunk(TRACE_ACCESSES, 0, 2, AT "2 bytes for 0 records of kind 1");
	one_chunk(TRACE_ACCESSES, most, most, NULL);
	one_chunk(TRACE_ACCESSES, most + 1, most + 1,
		  AT "1048577 bytes for 1048577 records of kind 1");
	one_chunk(TRACE_REGIONS, 2, 32, NULL);
	one_chunk(TRACE_REGIONS, 2, 31, AT "31 bytes for 2 records of kind 2");
	one_chunk(TRACE_REGIONS, most / 16 + 1, most + 16,
		  AT "1048592 bytes for 65537 records of kind 2");
	one_chunk(TRACE_END, 1, 64, AT "64 bytes for 1 records of kind 3");
	one_chunk(TRACE_END, 0, 63, AT "63 bytes for 0 records of kind 3");
	one_chunk(4, 1, 1, AT "kind 4, expected 1, 2 or 3");
}

static void chunks_say_where_they_belong(void **state)
{
	const uint64_t totals[7] = { 1, 1, 1, 1, 1, 0, 0 };
	struct forged f = begun(4096, 0);

	(void)state;
	f.records = 5;
	add_chunk(&f, TRACE_ACCESSES, 1, "", 1);
	add_end(&f, totals);
	expect(&f, AT "comes behind 5 records, expected 0: a chunk is missing "
		      "or twice there");
}

static void each_sum_of_the_end_is_compared(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++) {
		uint64_t totals[7] = { 2, 2, 1, 1, 1, 0, 0 };
		struct forged f = begun(4096, 0);
		struct tiermm_sim_error error = SIM_ERROR;

		totals[i]++;
		if (i == 0) /* more records than accesses is absurd at once */
			totals[1]++;
		add_chunk(&f, TRACE_ACCESSES, 2, "\0", 2);
		add_end(&f, totals);
		assert_int_equal(read_through(&f, &error), -TIERMM_EPROTO);
		assert_non_null(strstr(error.text, "chunks are missing"));
		free(f.b.data);
	}
}

static void absurd_totals_are_refused_before_a_record_is_read(void **state)
{
	static const uint64_t absurd[][7] = {
		{ 1, 1, (UINT64_C(1) << 52) + 1, 1, 1, 0, 0 },
		{ 1, 1, 1, 65537, 1, 0, 0 },
		{ 1, 1, 1, 1, 65537, 0, 0 },
		{ 2, 1, 1, 1, 1, 0, 0 },
		{ 1, 1, 0, 1, 1, 0, 0 },
		{ 0, 0, 1, 1, 1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
		struct forged f = begun(4096, 0);
		struct tiermm_sim_input input;
		struct tiermm_sim_source *s;

		add_chunk(&f, TRACE_ACCESSES, 1, "", 1);
		add_end(&f, absurd[i]);
		input = input_of(f.b.data, f.b.n);
		assert_int_equal(tiermm_sim_trace_open(&s, &input, NULL, NULL),
				 -TIERMM_EPROTO);
		free(f.b.data);
	}
}

static void a_trace_of_nothing_is_of_one_page(void **state)
{
	const uint64_t nothing[7] = { 0 };
	struct forged f = begun(512, 0);
	struct tiermm_sim_input input;
	struct tiermm_sim_source *s;
	struct tiermm_sim_access a;

	(void)state;
	add_end(&f, nothing);
	input = input_of(f.b.data, f.b.n);
	assert_int_equal(tiermm_sim_trace_open(&s, &input, NULL, NULL), 0);
	assert_int_equal(info_of(s).pages, 1);
	assert_int_equal(info_of(s).threads, 1);
	assert_int_equal(info_of(s).processes, 1);
	assert_int_equal(info_of(s).page_bytes, 512);
	assert_int_equal(strlen(info_of(s).name), TRACE_NAME - 1);
	assert_int_equal(next_of(s, &a, 1), 0);
	tiermm_sim_source_destroy(s);
	free(f.b.data);
}

static void headers_are_checked(void **state)
{
	const uint64_t nothing[7] = { 0 };
	struct forged small = begun(256, 0), odd = begun(4097, 0);
	struct forged flagged = begun(4096, 1);

	(void)state;
	add_end(&small, nothing);
	add_end(&odd, nothing);
	add_end(&flagged, nothing);
	expect(&small, "t: header: the page size is 256, expected a power of "
		       "two from 512 to 2^30");
	expect(&odd, "t: header: the page size is 4097, expected a power of "
		     "two from 512 to 2^30");
	expect(&flagged, "t: header: the word of flags is 1, expected 0");
}

static void regions_beyond_the_last_page_are_refused(void **state)
{
	const uint64_t nothing[7] = { 0 };
	unsigned char payload[16] = { 0 };
	struct forged f = begun(4096, 0);

	(void)state;
	tiermm__sim_put64(payload, UINT64_C(1) << 43);
	add_chunk(&f, TRACE_REGIONS, 1, payload, 16);
	add_end(&f, nothing);
	expect(&f, AT "a region number of 2^43 or more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_limit_of_a_record_is_held),
		cmocka_unit_test(what_the_end_promises_is_held),
		cmocka_unit_test(a_number_has_64_bits),
		cmocka_unit_test(each_chunk_is_of_one_shape),
		cmocka_unit_test(chunks_say_where_they_belong),
		cmocka_unit_test(each_sum_of_the_end_is_compared),
		cmocka_unit_test(
			absurd_totals_are_refused_before_a_record_is_read),
		cmocka_unit_test(a_trace_of_nothing_is_of_one_page),
		cmocka_unit_test(headers_are_checked),
		cmocka_unit_test(regions_beyond_the_last_page_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
