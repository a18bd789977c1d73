#include "processors/core/keys.h"

namespace pairwatch {
namespace {
constexpr char kSeparator = '\x1f';
}  // namespace

void write_account_key(std::string_view tenant, AccountId id, std::string& out) {
  out.assign(tenant);
  out.push_back(kSeparator);
  out.append(id.value);
}

std::optional<AccountName> read_account_key(std::string_view key) {
  const std::size_t separator = key.find(kSeparator);
  if (separator == std::string_view::npos) return std::nullopt;
  return AccountName{key.substr(0, separator), {key.substr(separator + 1)}};
}

void write_pair_key(std::string_view tenant, AccountId a, AccountId b, std::string& out) {
  const bool in_order = a.value < b.value;
  write_account_key(tenant, in_order ? a : b, out);
  out.push_back(kSeparator);
  out.append(in_order ? b.value : a.value);
}

}  // namespace pairwatch
