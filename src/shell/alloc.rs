//! The allocator: one free list for each power of two. A guest in somebody's page counts bytes of code, and keeps little
//! in memory: at most twice what it asks for, never more than its peak in each size.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::null_mut;

/// The smallest block, and what every block is aligned to: nothing in this module asks for more.
const SMALLEST: usize = 16;
const CLASSES: usize = 31;
const PAGE: usize = 65_536;

struct Lists {
    free: [*mut u8; CLASSES],
    /// What is left of the memory that was taken last.
    start: usize,
    end: usize,
}

pub struct SmallAlloc(UnsafeCell<Lists>);

// One thread is all that a page's module has.
unsafe impl Sync for SmallAlloc {}

impl SmallAlloc {
    pub const fn new() -> SmallAlloc {
        SmallAlloc(UnsafeCell::new(Lists { free: [null_mut(); CLASSES], start: 0, end: 0 }))
    }
}

/// The power of two that holds it.
fn class(size: usize) -> usize {
    (usize::BITS - (size.max(SMALLEST) - 1).leading_zeros()) as usize
}

impl Lists {
    fn take(&mut self, size: usize) -> *mut u8 {
        if size > self.end - self.start {
            let pages = size.div_ceil(PAGE);
            let grown = core::arch::wasm32::memory_grow::<0>(pages);
            if grown == usize::MAX {
                return null_mut();
            }
            // Somebody else may have taken memory in between; then the rest is lost, and small.
            if grown * PAGE != self.end {
                self.start = grown * PAGE;
            }
            self.end = (grown + pages) * PAGE;
        }
        let block = self.start as *mut u8;
        self.start += size;
        block
    }
}

unsafe impl GlobalAlloc for SmallAlloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let lists = unsafe { &mut *self.0.get() };
        let class = class(layout.size());
        let Some(head) = lists.free.get_mut(class) else { return null_mut() };
        if layout.align() > SMALLEST {
            return null_mut();
        }
        if head.is_null() {
            return lists.take(1 << class);
        }
        let block = *head;
        // The first word of a free block is the next one.
        *head = unsafe { *block.cast::<*mut u8>() };
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let lists = unsafe { &mut *self.0.get() };
        if let Some(head) = lists.free.get_mut(class(layout.size())) {
            unsafe { *block.cast::<*mut u8>() = *head };
            *head = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if class(size) == class(layout.size()) {
            return block;
        }
        unsafe {
            let fresh = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !fresh.is_null() {
                fresh.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            fresh
        }
    }
}
