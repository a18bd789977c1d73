#include "processors/intake/indicators.h"

#include <algorithm>
#include <limits>

#include "processors/core/timestamp.h"
#include "processors/core/utf8.h"

namespace pairwatch::intake {
namespace {

std::uint64_t said_by(const IndicatorKey& key) {
  return key.origin == IndicatorOrigin::kConfirmed ? key.account : hash64(key.source);
}

bool is_name(std::string_view name) { return name.size() <= kIndicatorNameBytes && !has_control_character(name); }

std::string problem_of(const v1::Indicator& indicator) {
  if (indicator.kind() == v1::INDICATOR_KIND_UNSPECIFIED || !v1::IndicatorKind_IsValid(indicator.kind())) return "it has no kind";
  if (indicator.origin() == v1::INDICATOR_ORIGIN_UNSPECIFIED || !v1::IndicatorOrigin_IsValid(indicator.origin())) {
    return "it has no origin";
  }
  if (indicator.hash().empty() && indicator.digest() == 0) return "it has neither a hash nor a digest";
  if (indicator.hash().size() > kIndicatorHashBytes) return "its hash is longer than 64 bytes";
  if (!indicator.hash().empty() && indicator.digest() != 0 && indicator.digest() != hash64(indicator.hash())) {
    return "its digest is not that of its hash";
  }
  if (!is_name(indicator.tenant())) return "its tenant is longer than 64 bytes or holds control characters";
  if (!is_name(indicator.source())) return "its source is longer than 64 bytes or holds control characters";
  const bool is_imported = indicator.origin() == v1::INDICATOR_ORIGIN_IMPORTED;
  if (is_imported && indicator.source().empty()) return "it is imported but names no source";
  if (!is_imported && indicator.account() == 0) return "it is confirmed but names no account";
  if (indicator.has_since() && !event_time_of(indicator.since())) return "its since is not a time from 2000 to 2100";
  return {};
}

IndicatorEntry entry_of(const v1::Indicator& indicator, const IndicatorKey& key) {
  IndicatorEntry entry;
  entry.said_by = said_by(key);
  entry.account = key.account;
  entry.origin = key.origin;
  if (indicator.has_since()) entry.since = event_time_of(indicator.since()).value_or(kNever);
  return entry;
}

}  // namespace

IndicatorKey key_of(const v1::Indicator& indicator, std::string& problem) {
  problem = problem_of(indicator);
  IndicatorKey key;
  if (!problem.empty()) return key;
  key.kind = static_cast<IndicatorKind>(indicator.kind());
  key.origin = static_cast<IndicatorOrigin>(indicator.origin());
  key.digest = indicator.hash().empty() ? indicator.digest() : hash64(indicator.hash());
  key.tenant = indicator.tenant();
  if (key.origin == IndicatorOrigin::kImported) key.source = indicator.source();
  if (key.origin == IndicatorOrigin::kConfirmed) key.account = indicator.account();
  return key;
}

Hash128 IndicatorTable::slot_of(IndicatorKind kind, std::uint64_t digest, std::string_view tenant) {
  return {(tenant.empty() ? 0 : hash64(tenant)) + static_cast<std::uint64_t>(kind), digest};
}

IndicatorTable::Found IndicatorTable::find(IndicatorKind kind, std::uint64_t digest, std::string_view tenant, EventTime at,
                                           Duration confirmed_for, std::uint64_t account) const {
  Found found;
  const auto look = [&](std::string_view scope) {
    const Hash128 slot = slot_of(kind, digest, scope);
    const Shard* shard = shards_[shard_of(slot)].get();
    if (shard == nullptr) return;
    const auto place = shard->find(slot);
    if (place == shard->end()) return;
    for (const IndicatorEntry& entry : place->second) {
      if (at < entry.since) continue;
      const bool is_imported = entry.origin == IndicatorOrigin::kImported;
      found.imported |= is_imported;
      found.confirmed |= !is_imported && entry.account != account && at - entry.since <= confirmed_for;
    }
  };
  if (size_ == 0) return found;
  look({});
  if (!tenant.empty()) look(tenant);
  return found;
}

IndicatorTableBuilder::IndicatorTableBuilder(std::size_t max_indicators)
    : max_indicators_(max_indicators), is_own_(IndicatorTable::kShards) {
  table_.shards_.resize(IndicatorTable::kShards);
}

IndicatorTable::Shard& IndicatorTableBuilder::changeable(std::size_t shard) {
  using Shard = IndicatorTable::Shard;
  std::shared_ptr<const Shard>& held = table_.shards_[shard];
  if (!is_own_[shard]) held = held == nullptr ? std::make_shared<Shard>() : std::make_shared<Shard>(*held);
  is_own_[shard] = true;
  return const_cast<Shard&>(*held);  // made above, and not as a constant
}

void IndicatorTableBuilder::apply(std::string_view key, std::string_view value) {
  const auto read = read_indicator_key(key);
  if (!read) {
    ++unusable_;
    return;
  }
  if (value.empty()) return take_back(*read);
  const bool is_parsed = value.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
                         indicator_.ParseFromArray(value.data(), static_cast<int>(value.size()));
  std::string problem = "it cannot be parsed";
  const IndicatorKey said = is_parsed ? key_of(indicator_, problem) : IndicatorKey{};
  if (problem.empty()) write_indicator_key(said, key_);
  if (!problem.empty() || key_ != key) {
    ++unusable_;
    return;
  }
  put(said, entry_of(indicator_, said));
}

void IndicatorTableBuilder::put(const IndicatorKey& key, const IndicatorEntry& entry) {
  const Hash128 slot = IndicatorTable::slot_of(key.kind, key.digest, key.tenant);
  IndicatorTable::Shard& shard = changeable(IndicatorTable::shard_of(slot));
  const auto is_same = [&](const IndicatorEntry& other) { return other.said_by == entry.said_by && other.origin == entry.origin; };
  if (const auto found = shard.find(slot); found != shard.end()) {
    const auto known = std::find_if(found->second.begin(), found->second.end(), is_same);
    if (known != found->second.end()) {
      *known = entry;
      return;
    }
  }
  if (table_.size_ >= max_indicators_) {
    ++refused_;
    return;
  }
  shard[slot].push_back(entry);
  ++table_.size_;
  ++table_.counts_[IndicatorTable::place(key.kind, key.origin)];
}

void IndicatorTableBuilder::take_back(const IndicatorKey& key) {
  const Hash128 slot = IndicatorTable::slot_of(key.kind, key.digest, key.tenant);
  const auto& held = table_.shards_[IndicatorTable::shard_of(slot)];
  if (held == nullptr || !held->contains(slot)) return;
  IndicatorTable::Shard& shard = changeable(IndicatorTable::shard_of(slot));
  const auto found = shard.find(slot);
  const auto end = std::remove_if(found->second.begin(), found->second.end(), [&](const IndicatorEntry& entry) {
    return entry.said_by == said_by(key) && entry.origin == key.origin;
  });
  const auto taken = static_cast<std::size_t>(found->second.end() - end);
  found->second.erase(end, found->second.end());
  if (found->second.empty()) shard.erase(found);
  table_.size_ -= taken;
  table_.counts_[IndicatorTable::place(key.kind, key.origin)] -= taken;
}

std::shared_ptr<const IndicatorTable> IndicatorTableBuilder::publish() {
  is_own_.assign(is_own_.size(), false);
  return std::make_shared<const IndicatorTable>(table_);
}

}  // namespace pairwatch::intake
