// Reads the values of one JSON document, token by token, from simdjson's index; the schema is in json_scan.cc.
//
// simdjson's on-demand interface finds the tokens and checks commas, colons and brackets of what is visited; what a token says is
// read here (json_values.h), so that strings without escapes are views and numbers are exact. Every value must be visited:
// what on-demand skips it does not check.
#pragma once

#include <simdjson.h>

#include <optional>
#include <span>
#include <string_view>

#include "processors/core/event_view.h"
#include "processors/decode/config.h"
#include "processors/decode/json_values.h"

namespace pairwatch::decode {

using JsonValue = simdjson::ondemand::value;

/// Functions return false to stop: `reject` says why. Null leaves a value as it was, and so does a misfit (EventView::misfit).
class JsonReader {
 public:
  /// `scratch` takes strings without their escapes and bytes without base64: at most twice the size of the document.
  JsonReader(char* scratch, bool has_escapes) : scratch_(scratch), has_escapes_(has_escapes) {}

  Reject reject() const { return reject_; }

 protected:
  static bool is_null(JsonValue& value);

  bool text(JsonValue value, std::string_view& view);
  bool bytes(JsonValue value, std::string_view& view);
  bool boolean(JsonValue value, bool& view);
  bool score(JsonValue value, float& view);
  bool timestamp(JsonValue value, TimestampView& view);
  bool duration(JsonValue value, JsonDuration& view);

  /// `Integer` is int32, int64, uint32 or uint64.
  template <typename Integer>
  bool integer(JsonValue value, Integer& view);

  /// A field with presence: set twice it is malformed.
  template <typename Integer>
  bool optional_integer(JsonValue value, std::optional<Integer>& view) {
    if (is_null(value)) return true;
    if (view) return false;
    return integer(value, view.emplace());
  }

  /// By name, by number, or by number in a string. A number of no name is kept, as protobuf keeps it; in a string it is not. What
  /// is of no number is a misfit, and kNoEnumerator.
  bool enumerator(JsonValue value, std::span<const std::string_view> names, std::int32_t& view);

  /// Checks a value of no known name, and counts it.
  bool ignore(JsonValue value);
  /// Checks a value that nobody reads.
  bool walk(JsonValue value);

  /// Calls `member(name, value)` for each member, as long as it returns true.
  template <typename Member>
  bool object(JsonValue value, Member member) {
    if (level_ >= kNestingLimit) return fail(Reject::kNestingTooDeep);
    simdjson::ondemand::object members;
    if (value.get_object().get(members) != simdjson::SUCCESS) return false;
    return each_member(members, member);
  }

  template <typename Member>
  bool root_object(simdjson::ondemand::document& document, Member member) {
    simdjson::ondemand::object members;
    if (document.get_object().get(members) != simdjson::SUCCESS) return false;
    if (!each_member(members, member)) return false;
    const char* rest;
    return document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
  }

  bool fail(Reject reject) {
    reject_ = reject;
    return false;
  }

  /// The value is JSON of the right kind, but its field cannot hold it. Reading goes on: what is left may end at the gate.
  bool note_misfit(Reject reject) {
    if (!misfit_) misfit_ = reject;
    return true;
  }

  std::uint32_t unknown_fields_ = 0;
  std::optional<Reject> misfit_;

 private:
  template <typename Member>
  bool each_member(simdjson::ondemand::object members, Member member) {
    ++level_;
    for (auto each : members) {
      simdjson::ondemand::field field;
      std::string_view name;
      if (std::move(each).get(field) != simdjson::SUCCESS || !name_of(field, name)) return false;
      if (!member(name, field.value())) return false;
    }
    --level_;
    return true;
  }

  /// The name ends at the last quote before the colon before the value.
  bool name_of(simdjson::ondemand::field& field, std::string_view& name) {
    const char* start = field.key().raw();
    const char* end = field.value().raw_json_token().data();
    do --end;
    while (*end != ':');
    do --end;
    while (*end != '"');
    name = {start, static_cast<std::size_t>(end - start)};
    return !has_escapes_ || without_escapes(name);
  }

  bool quoted(JsonValue& value, std::string_view token, std::string_view& content);
  bool without_escapes(std::string_view& content);

  char* scratch_;
  bool has_escapes_;
  int level_ = 0;  ///< objects and arrays that are open
  Reject reject_ = Reject::kMalformedJson;
};

}  // namespace pairwatch::decode
