# SPDX-License-Identifier: MIT
# Remove the files that the install manifest names, then the directories of
# ours that are left empty.

if(NOT EXISTS ${MANIFEST})
	message(FATAL_ERROR "nothing was installed from here: no ${MANIFEST}")
endif()
file(STRINGS ${MANIFEST} files)
set(directories "")
foreach(file IN LISTS files)
	set(path $ENV{DESTDIR}${file})
	message(STATUS "Removing ${path}")
	file(REMOVE ${path})
	cmake_path(GET path PARENT_PATH directory)
	list(APPEND directories ${directory})
endforeach()

# Deepest first, so that a directory goes after what it held.
list(REMOVE_DUPLICATES directories)
list(SORT directories ORDER DESCENDING)
foreach(directory IN LISTS directories)
	while(directory MATCHES "/tiermm(/|$)" AND IS_DIRECTORY ${directory})
		file(GLOB left ${directory}/*)
		if(left)
			break()
		endif()
		file(REMOVE_RECURSE ${directory})
		cmake_path(GET directory PARENT_PATH directory)
	endwhile()
endforeach()
file(REMOVE ${MANIFEST})
