# SPDX-License-Identifier: MIT
# The functions that the directories' lists are written in.

# tiermm_module(NAME file.c...): one room of lib/; its objects are compiled
# once and go into both the shared and the static library.
function(tiermm_module name)
	list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
	target_sources(tiermm_objects PRIVATE ${ARGN})
endfunction()

# Link LIBS to TARGET through each one's KIND (shared or static); a plain
# library such as jansson stays as it is.
function(tiermm_link target scope kind)
	foreach(lib IN LISTS ARGN)
		if(kind STREQUAL "static" AND TARGET ${lib}_static)
			set(lib ${lib}_static)
		endif()
		target_link_libraries(${target} ${scope} ${lib})
	endforeach()
endfunction()

# tiermm_backend(NAME SOURCES a.c... [PUBLIC_LIBS ...] [PRIVATE_LIBS ...]):
# a small library of its own: tiermm-NAME, its static twin, pkg-config file,
# CMake component, symbol map and install rules. External libraries are given
# by the name that the linker knows.
function(tiermm_backend name)
	cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC_LIBS;PRIVATE_LIBS" ${ARGN})
	set(lib tiermm-${name})
	set(map ${CMAKE_CURRENT_SOURCE_DIR}/${lib}.map)
	add_library(${lib}_objects OBJECT ${arg_SOURCES})
	target_compile_options(${lib}_objects PRIVATE ${TIERMM_WARNINGS})
	target_include_directories(${lib}_objects PRIVATE
		${PROJECT_SOURCE_DIR}/include)
	add_library(${lib} SHARED $<TARGET_OBJECTS:${lib}_objects>)
	add_library(${lib}_static STATIC $<TARGET_OBJECTS:${lib}_objects>)
	foreach(kind IN ITEMS shared static)
		set(target ${lib})
		if(kind STREQUAL "static")
			set(target ${lib}_static)
		endif()
		tiermm_link(${target} PUBLIC ${kind} tiermm::tiermm ${arg_PUBLIC_LIBS})
		tiermm_link(${target} PRIVATE ${kind} ${arg_PRIVATE_LIBS})
	endforeach()
	tiermm_library_names(${name} ${lib} ${map})
	tiermm_install_library(${name} ${lib} "tiermm"
		"${arg_PUBLIC_LIBS};${arg_PRIVATE_LIBS}")
	set_property(GLOBAL APPEND PROPERTY TIERMM_BACKENDS ${name})
endfunction()

# What the core and the backends share: versions, symbol map, alias names.
function(tiermm_library_names component lib map)
	set_target_properties(${lib} PROPERTIES
		VERSION ${PROJECT_VERSION}
		SOVERSION ${PROJECT_VERSION_MAJOR}
		EXPORT_NAME ${component}
		LINK_DEPENDS ${map})
	set_target_properties(${lib}_static PROPERTIES
		OUTPUT_NAME ${lib}
		EXPORT_NAME ${component}_static)
	target_link_options(${lib} PRIVATE
		LINKER:--version-script=${map} LINKER:-O1)
	# A sanitizer's runtime is found in the program, not in the library.
	if(NOT TIERMM_SANITIZE AND NOT TIERMM_FUZZ)
		target_link_options(${lib} PRIVATE LINKER:--no-undefined)
	endif()
	add_library(tiermm::${component} ALIAS ${lib})
	add_library(tiermm::${component}_static ALIAS ${lib}_static)
endfunction()

# A test program NAME.c with its label, as CTest knows it by the same name.
# Exit status 77 is a skip; the program prints why.
function(tiermm_program name kind label)
	cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBS;ARGS" ${ARGN})
	add_executable(${name} ${name}.c ${arg_SOURCES})
	target_compile_options(${name} PRIVATE ${TIERMM_WARNINGS})
	tiermm_link(${name} PRIVATE ${kind} ${arg_LIBS} tiermm::tiermm)
	target_link_libraries(${name} PRIVATE Threads::Threads)
	if(NOT arg_TIMEOUT)
		set(arg_TIMEOUT 120)
	endif()
	add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
	set_tests_properties(${name} PROPERTIES LABELS ${label}
		SKIP_RETURN_CODE 77 TIMEOUT ${arg_TIMEOUT})
	if(TIERMM_SANITIZE)
		# malloc answers NULL for a size that is out of reach, as libc's.
		set_tests_properties(${name} PROPERTIES ENVIRONMENT
			"ASAN_OPTIONS=allocator_may_return_null=1;TSAN_OPTIONS=allocator_may_return_null=1")
	endif()
endfunction()

# tiermm_unit_test(NAME [SOURCES ...] [LIBS ...] [ARGS ...] [TIMEOUT n]):
# CMocka, the static core with its internals in sight, tests/support.
function(tiermm_unit_test name)
	tiermm_program(${name} static unit ${ARGN})
	target_link_libraries(${name} PRIVATE cmocka)
	target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/lib)
	tiermm_test_environment(${name} tiermm_static)
endfunction()

# tiermm_property_test(NAME ...): public headers and shared libraries only.
function(tiermm_property_test name)
	tiermm_program(${name} shared property ${ARGN})
	tiermm_test_environment(${name} tiermm)
endfunction()

# The test data's place, and support before the core that it calls.
function(tiermm_test_environment name core)
	target_compile_definitions(${name} PRIVATE
		TIERMM_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
	target_link_libraries(${name} PRIVATE tiermm_test_support ${core})
endfunction()

# tiermm_fuzz_target(NAME [LIBS ...] [SOURCES ...]): a libFuzzer target of
# NAME.c. CTest runs it with label fuzz for TIERMM_FUZZ_SECONDS, from the
# corpus in NAME.corpus/ if there is one; what it finds stays in the build.
function(tiermm_fuzz_target name)
	cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
	add_executable(${name} ${name}.c ${arg_SOURCES})
	target_compile_options(${name} PRIVATE ${TIERMM_WARNINGS})
	tiermm_link(${name} PRIVATE static ${arg_LIBS} tiermm::tiermm)
	target_link_options(${name} PRIVATE -fsanitize=fuzzer)
	set(found ${CMAKE_CURRENT_BINARY_DIR}/${name}.found)
	set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/${name}.corpus)
	file(MAKE_DIRECTORY ${found})
	if(NOT IS_DIRECTORY ${corpus})
		set(corpus "")
	endif()
	add_test(NAME ${name} COMMAND ${name}
		-max_total_time=${TIERMM_FUZZ_SECONDS} ${found} ${corpus})
	math(EXPR timeout "${TIERMM_FUZZ_SECONDS} * 2 + 60")
	set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endfunction()

# tiermm_example(NAME [SOURCES ...] [LIBS ...] [ARGS ...]): one small program
# against the shared libraries, run under CTest.
function(tiermm_example name)
	tiermm_program(${name} shared examples ${ARGN})
endfunction()
