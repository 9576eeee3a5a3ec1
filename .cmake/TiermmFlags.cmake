# SPDX-License-Identifier: MIT
# Compiler and linker flags: the language, the warnings, the instruments.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(TIERMM_WARNINGS
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Wvla
	-Wpointer-arith -Wwrite-strings -Wformat=2 -Wimplicit-fallthrough
	$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
	$<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
	$<$<COMPILE_LANGUAGE:C>:-Wold-style-definition>
	$<$<BOOL:${TIERMM_WERROR}>:-Werror>)

if(TIERMM_SANITIZE)
	add_compile_options(-fsanitize=${TIERMM_SANITIZE}
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=${TIERMM_SANITIZE})
endif()
if(TIERMM_COVERAGE)
	add_compile_options(--coverage -fprofile-abs-path -fprofile-update=atomic)
	add_link_options(--coverage)
endif()
if(TIERMM_DEBUG_CHECKS)
	add_compile_definitions(TIERMM_DEBUG_CHECKS=1)
endif()
if(TIERMM_FUZZ)
	# Coverage feedback in every object; the driver comes with each target.
	add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# An instrumented library needs the start files and the instrument's symbols.
if(TIERMM_SANITIZE OR TIERMM_COVERAGE OR TIERMM_FUZZ)
	set(TIERMM_INSTRUMENTED ON)
else()
	set(TIERMM_INSTRUMENTED OFF)
endif()

find_package(Threads REQUIRED)
