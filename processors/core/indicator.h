// Indicators: hashes of devices, accounts and handles that are known from a confirmed case or an imported list. What the writers
// (escalation, `pairwatch indicators import`) and the readers (intake) of their topic share: numbers, digests and keys.
//
// Digest: 64 bits that stand for what is known, whoever knows it.
//     device              XXH3-64 of the platform's device hash
//     account, imported   XXH3-64 of SHA-256 of the account's id as the platform gives it
//     account, confirmed  XXH3-64 of the account's id as it travels behind intake: a pseudonym, where those are on
//     handle              XXH3-64 of SHA-256 of the name without its sign, in lower case
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pairwatch {

/// Numbers as in pairwatch.v1.IndicatorKind and .IndicatorOrigin.
enum class IndicatorKind : std::uint8_t { kDevice = 1, kHandle = 2, kAccount = 3 };
inline constexpr int kIndicatorKindCount = 4;
enum class IndicatorOrigin : std::uint8_t { kConfirmed = 1, kImported = 2 };

/// `device`, `handle`, `account`: in keys and flags.
std::string_view indicator_kind_name(IndicatorKind kind);
std::optional<IndicatorKind> indicator_kind_named(std::string_view name);

/// What intake found of an interaction. The numbers are bits of pairwatch.v1.Interaction.indicators.
enum class IndicatorMatch : std::uint8_t {
  kImportedDevice = 0,    ///< the actor's device is on an imported list
  kImportedHandle = 1,    ///< its words name a handle that is
  kImportedAccount = 2,   ///< the actor's account is
  kConfirmedDevice = 3,   ///< a case of another account of this device was confirmed
  kConfirmedAccount = 4,  ///< a case of the actor was; escalation knows that by itself, so it weighs nothing
};
constexpr std::uint32_t match_bit(IndicatorMatch match) { return 1U << static_cast<unsigned>(match); }
inline constexpr std::uint32_t kImportedMatches = match_bit(IndicatorMatch::kImportedDevice) |
                                                  match_bit(IndicatorMatch::kImportedHandle) |
                                                  match_bit(IndicatorMatch::kImportedAccount);

/// Who says it, as part of a key: one record each, so that whoever takes back what they said takes nothing from others.
struct IndicatorKey {
  IndicatorKind kind = IndicatorKind::kDevice;
  std::uint64_t digest = 0;
  std::string_view tenant;  ///< empty: all of them
  IndicatorOrigin origin = IndicatorOrigin::kImported;
  std::string_view source;    ///< imported: name of the list
  std::uint64_t account = 0;  ///< confirmed: digest of the account whose case it was
};

inline constexpr std::size_t kIndicatorHashBytes = 64;
inline constexpr std::size_t kIndicatorNameBytes = 64;  ///< tenants, names of lists

/// The bytes of a record's key, replacing what `out` held: kind 0x1F digest 0x1F tenant 0x1F who says it, digests as 16 hexadecimal
/// digits, the last part `imported:<list>` or `confirmed:<digest of the account>`.
void write_indicator_key(const IndicatorKey& key, std::string& out);

/// What those bytes say, views into them; nullopt where they are no such key.
std::optional<IndicatorKey> read_indicator_key(std::string_view bytes);

}  // namespace pairwatch
