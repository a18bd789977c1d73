// Decoded entries of a store: the busy ones stay decoded, the least recently used leave, each is encoded once a commit.
//
// In:        a Store of bytes, and a codec: `State decode(bytes)`, `void encode(State, out)` (see Codec below).
// Remembers: at most `capacity` decoded entries that are unchanged; changed ones stay until checkpoint or rollback, so a
//            transaction may exceed the capacity by what it changed (the runtime bounds a transaction's records). A checkpoint
//            gives the surplus back.
// Cost:      one hash look-up for a hot entry; a Store get and a decode for a cold one.
// Fails:     not at all. After a rollback nothing is hot, because a checkpoint that came before may have been aborted with the
//            rest of its transaction: then only the store knows what holds.
// Thread:    one at a time.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/hash.h"
#include "topology/ports.h"

namespace pairwatch {

/// `Codec` has: `using State`; `static void decode(std::string_view bytes, State& state)` for bytes it has written;
/// `static void encode(const State& state, std::string& out)` (appends, at least one byte).
template <typename Codec>
class HotEntries {
 public:
  using State = typename Codec::State;

  HotEntries(Store& store, std::size_t capacity) : store_(store), capacity_(capacity < 16 ? 16 : capacity) {}

  /// The entry of `key`, decoded; a fresh State{} where there is none. Lives until the next call of any member.
  /// The caller says with changed() or erased() what it did.
  State& at(const Hash128& key) {
    const auto [found, inserted] = index_.try_emplace(key, 0);
    if (!inserted) {
      Slot& slot = *slots_[found->second];
      slot.recently_used = true;
      current_ = found->second;
      return slot.state;
    }
    const std::uint32_t place = free_place();
    found->second = place;  // free_place erases from the index but never inserts, so `found` still holds
    Slot& slot = *slots_[place];
    slot.key = key;
    slot.dirty = slot.erased = false;
    slot.recently_used = true;
    slot.state = State{};
    const std::string_view bytes = store_.get(key);
    slot.existed = !bytes.empty();
    slot.stored_bytes = bytes.size();
    if (slot.existed) Codec::decode(bytes, slot.state);
    current_ = place;
    return slot.state;
  }

  /// Whether the entry last returned by at() is in the store or was changed before.
  bool existed() const { return slots_[current_]->existed; }

  /// The entry last returned by at() was changed.
  void changed() {
    Slot& slot = *slots_[current_];
    slot.existed = true;
    slot.erased = false;
    mark_dirty(slot);
  }

  /// The entry last returned by at() is to be forgotten: it is a fresh State{} from now on.
  void erased() {
    Slot& slot = *slots_[current_];
    slot.state = State{};
    slot.existed = false;
    slot.erased = true;
    mark_dirty(slot);
  }

  /// Writes what changed to the store, in the order in which it first changed.
  void checkpoint() {
    for (const std::uint32_t place : dirty_) {
      Slot& slot = *slots_[place];
      slot.dirty = false;
      if (slot.erased) {
        store_.erase(slot.key);
        slot.stored_bytes = 0;
      } else {
        buffer_.clear();
        Codec::encode(slot.state, buffer_);
        store_.replace(slot.key, buffer_, slot.stored_bytes);
        slot.stored_bytes = buffer_.size();
      }
    }
    dirty_.clear();
    shrink();
  }

  /// Drops every decoded entry: the store has what was last committed.
  void rollback() {
    index_.clear();
    slots_.clear();
    dirty_.clear();
    hand_ = 0;
    current_ = 0;
  }

  /// Decoded entries.
  std::size_t size() const { return index_.size(); }

 private:
  struct Slot {
    Hash128 key;
    State state;
    std::size_t stored_bytes = 0;  ///< of the entry in the store; 0: it has none
    bool dirty = false;
    bool erased = false;
    bool existed = false;
    bool recently_used = false;
  };

  void mark_dirty(Slot& slot) {
    if (slot.dirty) return;
    slot.dirty = true;
    dirty_.push_back(current_);
  }

  /// A place for a new entry: that of an unchanged one, by preference not used lately (a clock's hand), or a new one.
  std::uint32_t free_place() {
    if (slots_.size() >= capacity_ && dirty_.size() < slots_.size()) {
      std::optional<std::uint32_t> second_choice;
      for (std::size_t steps = 0; steps < slots_.size(); ++steps) {
        // Few steps are the rule. Only where changed entries stand in the way and growing would break the bound is it more.
        const bool may_grow = slots_.size() < capacity_ + dirty_.size();
        if (steps >= kHandSteps && (second_choice || may_grow)) break;
        const auto place = static_cast<std::uint32_t>(hand_);
        hand_ = (hand_ + 1) % slots_.size();
        Slot& slot = *slots_[place];
        if (slot.dirty) continue;
        if (!slot.recently_used) return evict(place);
        slot.recently_used = false;
        if (!second_choice) second_choice = place;
      }
      if (second_choice) return evict(*second_choice);
    }
    slots_.push_back(std::make_unique<Slot>());
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }

  std::uint32_t evict(std::uint32_t place) {
    index_.erase(slots_[place]->key);
    return place;
  }

  /// After a transaction that changed more than the capacity: gives the surplus back, those that came last first.
  void shrink() {
    while (slots_.size() > capacity_) {
      index_.erase(slots_.back()->key);
      slots_.pop_back();
    }
    hand_ = slots_.empty() ? 0 : hand_ % slots_.size();
    current_ = 0;
  }

  static constexpr std::size_t kHandSteps = 64;

  Store& store_;
  std::size_t capacity_;
  absl::flat_hash_map<Hash128, std::uint32_t> index_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<std::uint32_t> dirty_;
  std::size_t hand_ = 0;
  std::uint32_t current_ = 0;
  std::string buffer_;
};

}  // namespace pairwatch
