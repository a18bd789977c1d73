#include "processors/escalation/news.h"

#include <algorithm>

namespace pairwatch::escalation {

const EvidenceItem* EvidenceList::find(Signal signal) const {
  for (const EvidenceItem& item : all()) {
    if (item.signal == signal) return &item;
  }
  return nullptr;
}

void EvidenceList::sort() {
  std::sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count), [](const EvidenceItem& a, const EvidenceItem& b) {
    if (a.contribution != b.contribution) return a.contribution > b.contribution;
    return a.signal < b.signal;
  });
}

}  // namespace pairwatch::escalation
