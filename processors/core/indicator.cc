#include "processors/core/indicator.h"

#include <array>
#include <charconv>

#include "processors/core/utf8.h"

namespace pairwatch {
namespace {

constexpr char kSeparator = '\x1f';
constexpr std::string_view kImported = "imported:";
constexpr std::string_view kConfirmed = "confirmed:";
constexpr std::size_t kDigits = 16;
constexpr std::array kKinds = {IndicatorKind::kDevice, IndicatorKind::kHandle, IndicatorKind::kAccount};

void append_digest(std::uint64_t digest, std::string& out) {
  constexpr std::string_view kHexadecimal = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kHexadecimal[digest >> shift & 15]);
}

std::optional<std::uint64_t> read_digest(std::string_view digits) {
  std::uint64_t digest = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), digest, 16);
  const bool is_whole = digits.size() == kDigits && error == std::errc{} && end == digits.data() + digits.size();
  return is_whole ? std::optional(digest) : std::nullopt;
}

/// What stands before the next separator; takes both off `rest`. nullopt: there is none.
std::optional<std::string_view> next_part(std::string_view& rest) {
  const std::size_t end = rest.find(kSeparator);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return part;
}

bool is_name(std::string_view name) {
  return name.size() <= kIndicatorNameBytes && is_valid_utf8(name) && !has_control_character(name);
}

/// Who says it, from the last part of a key.
bool read_speaker(std::string_view part, IndicatorKey& key) {
  if (part.starts_with(kImported)) {
    key.origin = IndicatorOrigin::kImported;
    key.source = part.substr(kImported.size());
    return !key.source.empty() && is_name(key.source);
  }
  if (!part.starts_with(kConfirmed)) return false;
  key.origin = IndicatorOrigin::kConfirmed;
  const auto account = read_digest(part.substr(kConfirmed.size()));
  if (account) key.account = *account;
  return account.has_value();
}

}  // namespace

std::string_view indicator_kind_name(IndicatorKind kind) {
  switch (kind) {
    case IndicatorKind::kDevice: return "device";
    case IndicatorKind::kHandle: return "handle";
    case IndicatorKind::kAccount: return "account";
  }
  return "unknown";
}

std::optional<IndicatorKind> indicator_kind_named(std::string_view name) {
  for (const IndicatorKind kind : kKinds) {
    if (indicator_kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

void write_indicator_key(const IndicatorKey& key, std::string& out) {
  out.assign(indicator_kind_name(key.kind)).push_back(kSeparator);
  append_digest(key.digest, out);
  out.push_back(kSeparator);
  out.append(key.tenant).push_back(kSeparator);
  switch (key.origin) {
    case IndicatorOrigin::kImported: out.append(kImported).append(key.source); break;
    case IndicatorOrigin::kConfirmed:
      out.append(kConfirmed);
      append_digest(key.account, out);
      break;
  }
}

std::optional<IndicatorKey> read_indicator_key(std::string_view bytes) {
  const auto kind_part = next_part(bytes);
  const auto digest_part = next_part(bytes);
  const auto tenant_part = next_part(bytes);
  if (!kind_part || !digest_part || !tenant_part) return std::nullopt;
  const auto kind = indicator_kind_named(*kind_part);
  const auto digest = read_digest(*digest_part);
  if (!kind || !digest || !is_name(*tenant_part)) return std::nullopt;
  IndicatorKey key;
  key.kind = *kind;
  key.digest = *digest;
  key.tenant = *tenant_part;
  return read_speaker(bytes, key) ? std::optional(key) : std::nullopt;
}

}  // namespace pairwatch
