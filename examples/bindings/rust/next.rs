// SPDX-License-Identifier: MIT
//! Where cold pages go, from Rust, with nothing but rustc:
//!
//!     rustc next.rs && ./next
//!
//! needs libtiermm and libtiermm-file where linker and loader find them. For
//! more than a few functions let bindgen read `tiermm/tiermm.h`.
use std::ffi::{c_char, c_int, c_void, CStr, CString};
use std::ptr::{null, null_mut};

#[link(name = "tiermm-file")]
extern "C" {
    fn tiermm_file_machine_synthetic(
        out: *mut *mut c_void,
        text: *const c_char,
        error: *mut c_void,
        mem: *const c_void,
    ) -> c_int;
    fn tiermm_file_machine_topology(machine: *const c_void) -> *mut c_void;
    fn tiermm_file_machine_destroy(machine: *mut c_void);
}

#[link(name = "tiermm")]
extern "C" {
    fn tiermm_strerror(err: i32) -> *const c_char;
    fn tiermm_demotion_create(
        out: *mut *mut c_void,
        topology: *mut c_void,
        options: *const c_void,
        retire: *const c_void,
        problem: *mut c_void,
        mem: *const c_void,
    ) -> c_int;
    fn tiermm_demotion_next(demotion: *const c_void, node: i32) -> i32;
    fn tiermm_demotion_destroy(demotion: *mut c_void);
}

fn check(err: c_int) {
    let text = unsafe { CStr::from_ptr(tiermm_strerror(err)) };
    assert!(err == 0, "{}", text.to_string_lossy());
}

/// A machine and its published graph, given back when it is dropped.
struct Tiers {
    machine: *mut c_void,
    demotion: *mut c_void,
}

/* A look-up is one load: any thread, any number of them. */
unsafe impl Sync for Tiers {}

impl Tiers {
    fn new(line: &str) -> Tiers {
        let line = CString::new(line).expect("no zero byte");
        let mut t = Tiers { machine: null_mut(), demotion: null_mut() };
        unsafe {
            check(tiermm_file_machine_synthetic(
                &mut t.machine, line.as_ptr(), null_mut(), null()));
            check(tiermm_demotion_create(
                &mut t.demotion, tiermm_file_machine_topology(t.machine),
                null(), null(), null_mut(), null()));
        }
        t
    }

    fn next(&self, node: i32) -> Option<i32> {
        let next = unsafe { tiermm_demotion_next(self.demotion, node) };
        (next >= 0).then_some(next)
    }
}

impl Drop for Tiers {
    fn drop(&mut self) {
        unsafe {
            tiermm_demotion_destroy(self.demotion);
            tiermm_file_machine_destroy(self.machine);
        }
    }
}

fn main() {
    let tiers = Tiers::new("dram:2x64G cxl:1x256G@250ns,30GB/s");

    assert_eq!((tiers.next(0), tiers.next(2)), (Some(2), None));
    println!("cold pages of node 0 go to node {}", tiers.next(0).unwrap());
}
