#include "processors/core/reject.h"

#include "processors/core/check.h"

namespace pairwatch {
namespace {

struct Row {
  Reject reject;
  std::string_view name;
  std::string_view message;
};

constexpr std::array<Row, kRejectCount> kRows = {{
    {Reject::kUnrecognisedEncoding, "unrecognised_encoding",
     "the record is in none of the accepted encodings; set input.encoding, or send protobuf or proto3 JSON"},
    {Reject::kMalformedProtobuf, "malformed_protobuf",
     "the bytes are not a protobuf InteractionEvent, or Decision on its topic; check the producer's schema"},
    {Reject::kMalformedJson, "malformed_json",
     "the text is not the proto3 JSON of an InteractionEvent, or of a Decision on its topic; one JSON object a line is expected"},
    {Reject::kNestingTooDeep, "nesting_too_deep", "the record nests deeper than 32 levels; an InteractionEvent needs four"},
    {Reject::kInvalidUtf8, "invalid_utf8", "a string field is not valid UTF-8; encode strings as UTF-8"},
    {Reject::kUnknownEnumerator, "unknown_enumerator",
     "an enumerator is not one of this version's; leave the field out where the value is unknown"},
    {Reject::kNumberOutOfRange, "number_out_of_range", "a number does not fit its field; check its type and unit"},
    {Reject::kMissingEventId, "missing_event_id", "event_id is empty; give every event a unique id"},
    {Reject::kMissingActor, "missing_actor", "actor.account_id is empty; say who acted"},
    {Reject::kMissingTarget, "missing_target",
     "target.account_id is empty; name the target, or leave target out where there is none"},
    {Reject::kMissingTime, "missing_time", "occurred_at is absent; say when it happened"},
    {Reject::kMissingPayload, "missing_payload",
     "the event does not say what was done; set exactly one of message, gift, channel_move and so on"},
    {Reject::kIdTooLong, "id_too_long", "an id is longer than 256 bytes (a tenant: 64); send a shorter id or a hash of it"},
    {Reject::kControlCharacterInId, "control_character_in_id", "an id or the tenant holds a control character; remove it"},
    {Reject::kSelfInteraction, "self_interaction", "actor and target are the same account; leave out target where there is none"},
    {Reject::kTimeOutOfBounds, "time_out_of_bounds",
     "occurred_at is before 2000 or after 2100, or a time is not a valid timestamp; check its unit"},
    {Reject::kTimeInTheFuture, "time_in_the_future",
     "occurred_at is further ahead of the record's timestamp than intake.max_future_skew; check the producer's clock"},
    {Reject::kTextTooLong, "text_too_long", "message.text is longer than 64 KiB; send the first 64 KiB"},
    {Reject::kFieldTooLong, "field_too_long",
     "a string field is longer than the schema allows; see proto/pairwatch/v1/event.proto"},
    {Reject::kTooManyLabels, "too_many_labels", "message.label_scores holds more than 64 labels; send those that matter"},
    {Reject::kScoreOutOfRange, "score_out_of_range", "a label score is not a number from 0 to 1; send a probability"},
    {Reject::kNegativeValue, "negative_value",
     "a gift's value or a call's duration is negative; send what actor gave target, from 0 up"},
    {Reject::kRecordTooLarge, "record_too_large",
     "the record is larger than intake.max_record_bytes; send less, or raise the limit"},
    {Reject::kMalformedInternalRecord, "malformed_internal_record",
     "an internal topic holds a record that pairwatch did not write; check who may write to it"},
    {Reject::kCrashed, "crashed",
     "deciding the record has ended the process three times in a row; keep it and report it, then send it again to a release that "
     "mends it"},
    {Reject::kUnknownCase, "unknown_case",
     "a decision names a case that was never opened here, or is forgotten; send the escalation_id as it was received"},
    {Reject::kMissingVerdict, "missing_verdict", "a decision has no verdict; say CONFIRMED, DISMISSED or NEEDS_MORE"},
}};

const Row& row_of(Reject reject) {
  const auto index = static_cast<std::size_t>(reject);
  check(index < kRows.size() && kRows[index].reject == reject, "the table of rejects is in order");
  return kRows[index];
}

}  // namespace

std::string_view reject_name(Reject reject) { return row_of(reject).name; }

std::string_view reject_message(Reject reject) { return row_of(reject).message; }

std::array<Reject, kRejectCount> all_rejects() {
  std::array<Reject, kRejectCount> all;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = kRows[i].reject;
  return all;
}

}  // namespace pairwatch
