-- SPDX-License-Identifier: MIT
-- Where cold pages go, from LuaJIT: its FFI reads the headers themselves.
--
--     luajit next.lua
--
-- needs libtiermm-file where the loader finds it, and a C compiler for the
-- preprocessor alone. Constants are macros, which no preprocessed header has:
-- write those that you use again.
local ffi = require 'ffi'

local preprocessor = io.popen([[
	echo '#include <tiermm/backends/file.h>' |
	cc -E -P $(pkg-config --cflags tiermm-file 2> /dev/null) -]])
ffi.cdef(preprocessor:read('*a'))
preprocessor:close()

local core, file = ffi.load('tiermm'), ffi.load('tiermm-file')

local function check(err)
	if err ~= 0 then
		error(ffi.string(core.tiermm_strerror(err)))
	end
end

-- What is taken is given back by the collector.
local machine = ffi.new('struct tiermm_file_machine *[1]')
check(file.tiermm_file_machine_synthetic(
	machine, 'dram:2x64G cxl:1x256G@250ns,30GB/s', nil, nil))
machine = ffi.gc(machine[0], file.tiermm_file_machine_destroy)

local demotion = ffi.new('struct tiermm_demotion *[1]')
check(core.tiermm_demotion_create(demotion,
	file.tiermm_file_machine_topology(machine), nil, nil, nil, nil))
demotion = ffi.gc(demotion[0], core.tiermm_demotion_destroy)

print('cold pages of node 0 go to node ' ..
	core.tiermm_demotion_next(demotion, 0))
assert(core.tiermm_demotion_next(demotion, 0) == 2)
