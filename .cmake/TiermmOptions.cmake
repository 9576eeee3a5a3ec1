# SPDX-License-Identifier: MIT
# Every switch of the build, in one place.

option(TIERMM_WERROR "Treat warnings as errors" OFF)
option(TIERMM_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(TIERMM_EXAMPLES "Build the examples and the tiermm command"
	${PROJECT_IS_TOP_LEVEL})
option(TIERMM_BENCH "Build the benchmarks" OFF)
option(TIERMM_FUZZ "Build the fuzz targets (clang only)" OFF)
option(TIERMM_DOCS "Make the docs target (needs doxygen)" OFF)
option(TIERMM_COVERAGE "Instrument for gcov" OFF)
option(TIERMM_DEBUG_CHECKS "Check broken invariants (TIERMM_ASSERT)" OFF)
option(TIERMM_FREESTANDING "Core only, without a C library" OFF)
set(TIERMM_FUZZ_SECONDS 10 CACHE STRING "How long CTest runs a fuzz target")
set(TIERMM_SANITIZE "" CACHE STRING
	"Sanitizers: empty, \"address,undefined\" or \"thread\"")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
	set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
if(TIERMM_FREESTANDING)
	set(TIERMM_EXAMPLES OFF)
	set(TIERMM_BENCH OFF)
	set(TIERMM_FUZZ OFF)
endif()
if(TIERMM_FUZZ AND NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
	message(FATAL_ERROR "TIERMM_FUZZ needs clang (use the fuzz preset)")
endif()
