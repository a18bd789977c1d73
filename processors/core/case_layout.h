// What rooms keep beside their own, as bytes: the record of a case, its subject, an age. Read back exactly as it was written.
#pragma once

#include <cstddef>

#include "processors/core/age.h"
#include "processors/core/case_record.h"
#include "processors/core/layout.h"
#include "processors/core/layout_time.h"

namespace pairwatch {

/// Most bytes of a number as a varint.
inline constexpr std::size_t kVarintLimit = 10;
/// Most bytes of a case's record.
inline constexpr std::size_t kCaseRecordLimit =
    16 + 5 + 5 + 1 + 3 + kVarintLimit + 1 + 5 + 5 + 5 + 6 * kTimeLimit + 1 + kVarintLimit;

/// Times are told as the distance to `base`.
void write_case(LayoutWriter& out, const CaseRecord& record, EventTime base);
CaseRecord read_case(LayoutReader& in, EventTime base);

void write_subject(LayoutWriter& out, const Hash128& subject);
Hash128 read_subject(LayoutReader& in);

/// One byte.
void write_age(LayoutWriter& out, AgeBand band, AgeAssurance assurance);
void read_age(LayoutReader& in, AgeBand& band, AgeAssurance& assurance);

}  // namespace pairwatch
