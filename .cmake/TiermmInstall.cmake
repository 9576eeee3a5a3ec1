# SPDX-License-Identifier: MIT
# Install rules, pkg-config files, the CMake package, uninstall.
include(CMakePackageConfigHelpers)

set(TIERMM_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/tiermm)

# The way from the .pc file back to the prefix, so that a tree can be moved.
file(RELATIVE_PATH TIERMM_PC_TO_PREFIX
	/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" TIERMM_PC_TO_PREFIX ${TIERMM_PC_TO_PREFIX})

# One library: both kinds, its export set and its pkg-config file. EXTERNAL
# are the libraries that a static link needs besides.
function(tiermm_install_library component lib requires external)
	install(TARGETS ${lib} ${lib}_static EXPORT tiermm-${component}
		LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
		ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
		INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
	install(EXPORT tiermm-${component} NAMESPACE tiermm::
		FILE tiermm-${component}-targets.cmake
		DESTINATION ${TIERMM_PACKAGE_DIR})
	set(PC_NAME ${lib})
	set(PC_REQUIRES ${requires})
	set(PC_LIBS_PRIVATE "")
	foreach(name IN LISTS external)
		if(name MATCHES "^tiermm::(.*)$")
			string(APPEND PC_REQUIRES " tiermm-${CMAKE_MATCH_1}")
		elseif(name STREQUAL "Threads::Threads")
			string(APPEND PC_LIBS_PRIVATE " -pthread")
		elseif(name)
			string(APPEND PC_LIBS_PRIVATE " -l${name}")
		endif()
	endforeach()
	configure_file(${PROJECT_SOURCE_DIR}/.cmake/tiermm.pc.in
		${PROJECT_BINARY_DIR}/${lib}.pc @ONLY)
	install(FILES ${PROJECT_BINARY_DIR}/${lib}.pc
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

# Once, when every library is known.
function(tiermm_install_project)
	get_property(TIERMM_COMPONENTS GLOBAL PROPERTY TIERMM_BACKENDS)
	install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/tiermm
		DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
		FILES_MATCHING PATTERN "*.h"
		PATTERN "backends" EXCLUDE)
	foreach(component IN LISTS TIERMM_COMPONENTS)
		file(GLOB headers
			${PROJECT_SOURCE_DIR}/include/tiermm/backends/${component}.h
			${PROJECT_SOURCE_DIR}/include/tiermm/backends/${component}_*.h)
		install(FILES ${headers}
			DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tiermm/backends)
	endforeach()
	configure_package_config_file(
		${PROJECT_SOURCE_DIR}/.cmake/tiermm-config.cmake.in
		${PROJECT_BINARY_DIR}/tiermm-config.cmake
		INSTALL_DESTINATION ${TIERMM_PACKAGE_DIR})
	write_basic_package_version_file(
		${PROJECT_BINARY_DIR}/tiermm-config-version.cmake
		COMPATIBILITY SameMinorVersion)
	install(FILES
		${PROJECT_BINARY_DIR}/tiermm-config.cmake
		${PROJECT_BINARY_DIR}/tiermm-config-version.cmake
		DESTINATION ${TIERMM_PACKAGE_DIR})
	add_custom_target(uninstall
		COMMAND ${CMAKE_COMMAND}
			-DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
			-P ${PROJECT_SOURCE_DIR}/.cmake/uninstall.cmake
		COMMENT "Removing what the last install wrote")
endfunction()
