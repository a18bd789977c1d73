// Keys of records and of state. Tenant is part of every key.
//
// On the wire: `tenant 0x1F id` for an account, `tenant 0x1F id 0x1F id` (ids in byte order) for a pair. Control characters in
// ids and tenants are bad input, so the separator cannot be forged. In state: the 128-bit hash of those bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "processors/core/hash.h"

namespace pairwatch {

/// An account's id as the platform gave it, or its pseudonym. A view: lives as long as what it was read from.
struct AccountId {
  std::string_view value;

  friend auto operator<=>(const AccountId&, const AccountId&) = default;
};

/// An account within its tenant.
struct ActorKey {
  Hash128 hash;

  friend auto operator<=>(const ActorKey&, const ActorKey&) = default;
};

/// Two accounts within their tenant, without direction.
struct PairKey {
  Hash128 hash;

  friend auto operator<=>(const PairKey&, const PairKey&) = default;
};

/// The two sides of a pair: the account whose id comes first in byte order is kFirst.
enum class Side : std::uint8_t { kFirst = 0, kSecond = 1 };

constexpr Side other(Side side) { return side == Side::kFirst ? Side::kSecond : Side::kFirst; }

/// Writes the bytes of a record key to `out`, replacing what it held.
void write_account_key(std::string_view tenant, AccountId id, std::string& out);
void write_pair_key(std::string_view tenant, AccountId a, AccountId b, std::string& out);

/// The tenant and the id of an account's record key, as views into it; nothing where it is none.
struct AccountName {
  std::string_view tenant;
  AccountId id;
};
std::optional<AccountName> read_account_key(std::string_view key);

/// The state key of the bytes that write_account_key and write_pair_key make.
inline ActorKey actor_key(std::string_view key_bytes) { return {hash128(key_bytes)}; }
inline PairKey pair_key(std::string_view key_bytes) { return {hash128(key_bytes)}; }

/// The side on which `actor` stands; ids must differ.
inline Side side_of(AccountId actor, AccountId target) { return actor.value < target.value ? Side::kFirst : Side::kSecond; }

}  // namespace pairwatch
