// SPDX-License-Identifier: MIT

// Where cold pages go, from Go, by cgo:
//
//	go run next.go
//
// needs libtiermm and libtiermm-file where linker and loader find them. A call
// through cgo costs tens of nanoseconds, a look-up one: ask for many nodes at
// a time with tiermm_demotion_next_array.
package main

// #cgo LDFLAGS: -ltiermm-file -ltiermm
// #include <stdlib.h>
// #include <tiermm/backends/file.h>
import "C"

import (
	"fmt"
	"unsafe"
)

func check(err C.int) {
	if err != 0 {
		panic(C.GoString(C.tiermm_strerror(err)))
	}
}

func main() {
	var machine *C.struct_tiermm_file_machine
	var demotion *C.struct_tiermm_demotion

	line := C.CString("dram:2x64G cxl:1x256G@250ns,30GB/s")
	defer C.free(unsafe.Pointer(line))
	check(C.tiermm_file_machine_synthetic(&machine, line, nil, nil))
	defer C.tiermm_file_machine_destroy(machine)
	check(C.tiermm_demotion_create(&demotion,
		C.tiermm_file_machine_topology(machine), nil, nil, nil, nil))
	defer C.tiermm_demotion_destroy(demotion)

	nodes := []C.int32_t{0, 1, 2}
	targets := make([]C.int32_t, len(nodes))
	check(C.tiermm_demotion_next_array(demotion, &nodes[0], 3, &targets[0]))
	fmt.Println("cold pages of nodes", nodes, "go to", targets)
	if targets[0] != 2 || targets[2] != C.TIERMM_NO_NODE {
		panic("expected node 2, and nowhere from there")
	}
}
