// The clock in one call, because a look asks it ten times: through WebAssembly's glue, property by property, that would be a tenth of its cost.

/** Milliseconds since the page began, with their fraction; of the wall clock where there is no other. */
export function precise() {
  try {
    return performance.now();
  } catch (_) {
    return Date.now();
  }
}
