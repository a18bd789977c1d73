// Walks the descriptor of InteractionEvent, so that a field added to the schema cannot be forgotten in a decoder.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <functional>

#include "processors/decode/decode.h"
#include "processors/decode/json_names.h"
#include "processors/decode/wire_shape.h"
#include "tests/decode/compare.h"

namespace pairwatch::decode {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Path = std::vector<const FieldDescriptor*>;

/// Every field that can be reached, by its path from the event.
void walk(const google::protobuf::Descriptor* type, Path& path, const std::function<void(const Path&)>& visit) {
  for (int i = 0; i < type->field_count(); ++i) {
    path.push_back(type->field(i));
    visit(path);
    const bool is_message = type->field(i)->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (is_message && !type->field(i)->is_map()) walk(type->field(i)->message_type(), path, visit);
    path.pop_back();
  }
}

std::vector<Path> all_paths() {
  std::vector<Path> paths;
  Path path;
  walk(v1::InteractionEvent::descriptor(), path, [&](const Path& each) { paths.push_back(each); });
  return paths;
}

std::string name_of(const Path& path) {
  std::string name;
  for (const FieldDescriptor* field : path) name += (name.empty() ? "" : ".") + field->name();
  return name;
}

/// A value other than the default.
void set_value(Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: return reflection->SetInt32(&message, field, 77);
    case FieldDescriptor::CPPTYPE_INT64: return reflection->SetInt64(&message, field, 1'700'000'000);
    case FieldDescriptor::CPPTYPE_UINT32: return reflection->SetUInt32(&message, field, 78);
    case FieldDescriptor::CPPTYPE_UINT64: return reflection->SetUInt64(&message, field, 0xfedcba9876543210U);
    case FieldDescriptor::CPPTYPE_DOUBLE: return reflection->SetDouble(&message, field, 0.25);
    case FieldDescriptor::CPPTYPE_FLOAT: return reflection->SetFloat(&message, field, 0.25F);
    case FieldDescriptor::CPPTYPE_BOOL: return reflection->SetBool(&message, field, true);
    case FieldDescriptor::CPPTYPE_ENUM: return reflection->SetEnumValue(&message, field, field->enum_type()->value(1)->number());
    case FieldDescriptor::CPPTYPE_STRING: return reflection->SetString(&message, field, "some text");
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (!field->is_map()) {
        reflection->MutableMessage(&message, field);
        return;
      }
      Message* entry = reflection->AddMessage(&message, field);
      set_value(*entry, field->message_type()->map_key());
      set_value(*entry, field->message_type()->map_value());
  }
}

v1::InteractionEvent event_with(const Path& path) {
  v1::InteractionEvent event;
  Message* message = &event;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) message = message->GetReflection()->MutableMessage(message, path[i]);
  set_value(*message, path.back());
  return event;
}

void expect_seen(Encoding encoding, const std::string& record, const v1::InteractionEvent& expected) {
  const auto decoder = make_decoder({.encoding = encoding});
  EventView view;
  const DecodeResult result = decoder->decode(record, {}, view);
  ASSERT_FALSE(result.reject.has_value()) << reject_name(*result.reject);
  EXPECT_EQ(view.unknown_fields, 0U);
  std::string difference;
  EXPECT_TRUE(test::same_event(expected, test::to_message(view), &difference)) << difference;
}

TEST(DecodeSchema, EveryFieldIsSeenInProtobuf) {
  for (const Path& path : all_paths()) {
    SCOPED_TRACE(name_of(path));
    const v1::InteractionEvent event = event_with(path);
    expect_seen(Encoding::kProtobuf, event.SerializeAsString(), event);
  }
}

TEST(DecodeSchema, EveryFieldIsSeenInJsonByBothOfItsNames) {
  for (const Path& path : all_paths()) {
    const v1::InteractionEvent event = event_with(path);
    for (const bool preserve_names : {false, true}) {
      SCOPED_TRACE(name_of(path));
      google::protobuf::util::JsonPrintOptions options;
      options.preserve_proto_field_names = preserve_names;
      std::string json;
      ASSERT_TRUE(google::protobuf::util::MessageToJsonString(event, &json, options).ok());
      SCOPED_TRACE(json);
      expect_seen(Encoding::kJson, json, event);
    }
  }
}

TEST(DecodeSchema, EveryFieldOfTheEventIsRecognisedAsAFirstTag) {
  for (const Path& path : all_paths()) {
    SCOPED_TRACE(name_of(path));
    const std::string bytes = event_with(path).SerializeAsString();
    EXPECT_TRUE(starts_with_event_tag(bytes));
    EXPECT_TRUE(has_shape_of_event(bytes));
  }
}

void expect_names(const google::protobuf::EnumDescriptor* type, std::span<const std::string_view> names) {
  SCOPED_TRACE(type->name());
  ASSERT_EQ(static_cast<std::size_t>(type->value_count()), names.size());
  for (int i = 0; i < type->value_count(); ++i) {
    EXPECT_EQ(type->value(i)->number(), i);
    EXPECT_EQ(type->value(i)->name(), names[static_cast<std::size_t>(i)]);
  }
}

TEST(DecodeSchema, EnumeratorsOfJsonAreThoseOfTheSchema) {
  expect_names(v1::AgeBand_descriptor(), kAgeBandNames);
  expect_names(v1::AgeAssurance_descriptor(), kAgeAssuranceNames);
  expect_names(v1::ChannelKind_descriptor(), kChannelKindNames);
  expect_names(v1::MediaKind_descriptor(), kMediaKindNames);
  expect_names(v1::GiftKind_descriptor(), kGiftKindNames);
  expect_names(v1::CallKind_descriptor(), kCallKindNames);
  expect_names(v1::TrustedRelationKind_descriptor(), kTrustedRelationKindNames);
}

TEST(DecodeSchema, MembersOfTheOneofHaveTheNumbersOfInteractionKind) {
  const auto* oneof = v1::InteractionEvent::descriptor()->FindOneofByName("what");
  for (int i = 0; i < oneof->field_count(); ++i) {
    const v1::InteractionEvent event = event_with({oneof->field(i)});
    EventView view;
    ASSERT_FALSE(make_decoder({})->decode(event.SerializeAsString(), {}, view).reject.has_value());
    EXPECT_EQ(static_cast<int>(view.kind), oneof->field(i)->number());
  }
}

}  // namespace
}  // namespace pairwatch::decode
