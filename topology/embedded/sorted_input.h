// An input in order of event time, of any size: `--order time`.
//
// In:        an InputSource, read to its end at the first next().
// Out:       the same records with the numbers they had, ordered by event time, then number. A record whose time cannot be read
//            comes first: intake rejects it.
// Remembers: one run of `run_bytes` while sorting, `merge_bytes` while merging; everything else lies in one temporary file
//            without a name, in TMPDIR or /tmp, as large as the input and 32 bytes a record.
// Cost:      one decode and two copies of each record, on the calling thread.
// Fails:     failure() says what: that of the input, or a temporary file that cannot be written.
// Thread:    one at a time.
#pragma once

#include <memory>

#include "processors/core/event_view.h"
#include "topology/embedded/input.h"

namespace pairwatch::embedded {

struct SortLimits {
  std::size_t run_bytes = 32u << 20;
  std::size_t merge_bytes = 16u << 20;
};

/// `decoder` is used during the first next() only.
std::unique_ptr<InputSource> sort_by_time(std::unique_ptr<InputSource> input, std::unique_ptr<EventDecoder> decoder,
                                          const InputLimits& limits, const SortLimits& sort);

}  // namespace pairwatch::embedded
