#include "processors/escalation/case_index.h"

#include <cstdint>

#include "processors/core/check.h"
#include "processors/core/layout.h"

namespace pairwatch::escalation {

void CasePlaceCodec::decode(std::string_view bytes, CasePlace& place) {
  LayoutReader reader(bytes);
  const bool is_known = reader.fixed<char>() == kCasePlaceVersion;
  place.at = {reader.fixed<std::int64_t>()};
  place.routing_key = reader.bytes();
  place.target = reader.bytes();
  check(is_known && reader.ok() && reader.at_end(),
        "the stored place of a case is one that this release reads; use the release that wrote it, or reset the store");
}

void CasePlaceCodec::encode(const CasePlace& place, std::string& out) {
  LayoutWriter writer(out);
  writer.fixed(kCasePlaceVersion);
  writer.fixed(place.at.ms);
  writer.bytes(place.routing_key);
  writer.bytes(place.target);
}

}  // namespace pairwatch::escalation
