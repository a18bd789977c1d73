// The interaction's own reader and writer against the generated class, which is the truth.
#include "processors/core/interaction_wire.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <vector>

#include "tests/core/interaction_agreement.h"

namespace pairwatch {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

v1::Interaction smallest() {
  v1::Interaction message;
  message.set_event_id("e1");
  message.set_occurred_at_ms(kEarliestEventTime.ms);
  message.mutable_actor()->set_account_id("a7");
  message.mutable_target()->set_account_id("m3");
  message.set_kind(v1::INTERACTION_KIND_CHANNEL_MOVE);
  message.mutable_channel();
  message.mutable_moved_to();
  return message;
}

std::string written(const Interaction& interaction) {
  std::string buffer;
  return std::string(write_interaction(interaction, buffer));
}

/// Other than the default, and one that is read.
void set_value(Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: return reflection->SetInt32(&message, field, -77);
    case FieldDescriptor::CPPTYPE_INT64: return reflection->SetInt64(&message, field, 1'700'000'000'123);
    case FieldDescriptor::CPPTYPE_UINT32: return reflection->SetUInt32(&message, field, 3);
    case FieldDescriptor::CPPTYPE_UINT64: return reflection->SetUInt64(&message, field, 0xfedcba9876543210U);
    case FieldDescriptor::CPPTYPE_DOUBLE: return reflection->SetDouble(&message, field, 0.25);
    case FieldDescriptor::CPPTYPE_FLOAT: return reflection->SetFloat(&message, field, 0.25F);
    case FieldDescriptor::CPPTYPE_BOOL: return reflection->SetBool(&message, field, true);
    case FieldDescriptor::CPPTYPE_ENUM: return reflection->SetEnumValue(&message, field, field->enum_type()->value(2)->number());
    case FieldDescriptor::CPPTYPE_STRING: return reflection->SetString(&message, field, "número");
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
  }
  FAIL() << "a message has fields, it is no value";
}

/// Calls `visit` with the smallest message and one more field, for each field that can be reached, and the field's name.
void with_each_field(Message& message, const std::string& prefix, const std::function<void(const std::string&)>& visit) {
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string name = prefix + field->name();
    const std::unique_ptr<Message> before(message.New());
    before->CopyFrom(message);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Message* inside =
          field->is_repeated() ? reflection->AddMessage(&message, field) : reflection->MutableMessage(&message, field);
      with_each_field(*inside, name + ".", visit);
    } else {
      set_value(message, field);
      visit(name);
    }
    message.CopyFrom(*before);
  }
}

TEST(InteractionWire, ReadsAndWritesEveryFieldOfTheSchema) {
  v1::Interaction message = smallest();
  int fields = 0;
  with_each_field(message, "", [&](const std::string& name) {
    SCOPED_TRACE(name);
    const std::string bytes = message.SerializeAsString();
    Interaction read;
    ASSERT_TRUE(read_interaction(bytes, read));
    EXPECT_EQ(written(read), test::as_written(message).SerializeAsString());
    ++fields;
  });
  EXPECT_GE(fields, 35);
}

/// Random values of every kind, small and large, short and long.
class RandomInteractions {
 public:
  explicit RandomInteractions(std::uint64_t seed) : random_(seed) {}

  v1::Interaction next() {
    v1::Interaction out;
    out.set_event_id("e" + text());
    out.set_occurred_at_ms(kEarliestEventTime.ms + static_cast<std::int64_t>(random_() % 3'000'000'000'000));
    out.set_tenant(text());
    fill(*out.mutable_actor(), "a");
    fill(*out.mutable_target(), "m");
    const std::vector<int> kinds = {10, 11, 12, 13, 14, 15, 16, 18, 19};
    out.set_kind(static_cast<v1::InteractionKind>(kinds[random_() % kinds.size()]));
    fill(*out.mutable_channel());
    if (out.kind() == v1::INTERACTION_KIND_CHANNEL_MOVE) fill(*out.mutable_moved_to());
    out.set_accepted(coin());
    out.set_media(static_cast<v1::MediaKind>(random_() % 6));
    out.set_link_count(static_cast<std::uint32_t>(number()));
    out.set_text_signals(number());
    for (std::size_t i = random_() % 4; i > 0; --i) {
      v1::LabelScore& label = *out.add_label_scores();
      label.set_signal(1 + static_cast<std::uint32_t>(i));
      label.set_score(coin() ? 0.0F : 0.75F);
    }
    if (coin()) out.set_text_fingerprint(number());
    out.set_gift_kind(static_cast<v1::GiftKind>(random_() % 4));
    out.set_gift_value_minor(static_cast<std::int64_t>(number() >> 1));
    out.set_gift_currency(text());
    out.set_call_kind(static_cast<v1::CallKind>(random_() % 3));
    out.set_call_duration_ms(static_cast<std::int64_t>(number() >> 1));
    if (coin()) out.set_mutual_contacts(static_cast<std::uint32_t>(number()));
    if (coin()) out.set_mutual_contacts_recent(static_cast<std::uint32_t>(number()));
    out.set_trusted_relation(static_cast<v1::TrustedRelationKind>(random_() % 5));
    if (coin()) out.set_trusted_until_ms(static_cast<std::int64_t>(number() >> 1));
    out.set_source_partition(static_cast<std::int32_t>(random_() % 1000));
    out.set_source_offset(static_cast<std::int64_t>(number() >> 1));
    out.set_indicators(static_cast<std::uint32_t>(random_() % 16));
    out.set_rules(number());
    return out;
  }

  std::string spoilt(std::string bytes) {
    for (std::size_t times = 1 + random_() % 3; times > 0 && !bytes.empty(); --times) {
      const std::size_t at = random_() % bytes.size();
      switch (random_() % 4) {
        case 0: bytes[at] = static_cast<char>(random_()); break;
        case 1: bytes.erase(at, 1 + random_() % 4); break;
        case 2: bytes.insert(at, bytes.substr(random_() % bytes.size(), random_() % 16)); break;
        case 3: bytes.resize(at); break;
      }
    }
    return bytes;
  }

 private:
  bool coin() { return (random_() & 1) != 0; }
  std::uint64_t number() { return coin() ? random_() >> random_() % 64 : 0; }
  std::string text() {
    constexpr std::size_t kLengths[] = {0, 1, 7, 8, 20, 36, 100, 127, 128, 256};
    std::string out(kLengths[random_() % std::size(kLengths)], 'x');
    if (out.size() >= 7 && coin()) out.replace(3, 2, "é");
    return out;
  }
  void fill(v1::Party& party, const std::string& id) {
    party.set_account_id(id + text());
    party.set_age_band(static_cast<v1::AgeBand>(random_() % 5));
    party.set_age_assurance(static_cast<v1::AgeAssurance>(random_() % 4));
    if (coin()) party.set_created_at_ms(1 + static_cast<std::int64_t>(number() >> 1));
    if (coin()) party.set_device(1 | random_());
    if (coin()) party.set_utc_offset_minutes(static_cast<std::int32_t>(random_() % 1561) - 720);
    party.set_heightened_vulnerability(coin());
  }
  void fill(v1::Channel& channel) {
    channel.set_channel_id(text());
    channel.set_kind(static_cast<v1::ChannelKind>(random_() % 7));
    channel.set_ephemeral(coin());
  }

  std::mt19937_64 random_;
};

TEST(InteractionWire, AgreesWithTheGeneratedClassOnWhateverIntakeMayWrite) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  RandomInteractions random(seed);
  Interaction used;  // what a longer one has left must not show
  std::string buffer;
  for (int i = 0; i < 5000; ++i) {
    const v1::Interaction message = random.next();
    const std::string bytes = message.SerializeAsString();
    ASSERT_TRUE(read_interaction(bytes, used)) << message.DebugString();
    ASSERT_EQ(write_interaction(used, buffer), bytes) << message.DebugString();
  }
}

TEST(InteractionWire, NeverReadsWhatTheGeneratedClassRefusesOrSeesOtherwise) {
  const google::protobuf::LogSilencer silence;
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  RandomInteractions random(seed);
  int read = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string bytes = random.spoilt(random.next().SerializeAsString());
    ASSERT_EQ(test::disagreement(bytes), "") << testing::PrintToString(bytes);
    Interaction out;
    read += read_interaction(bytes, out) ? 1 : 0;
  }
  EXPECT_GT(read, 1000) << "spoilt beyond use, they show nothing";
}

TEST(InteractionWire, PassesOverFieldsOfANewerRelease) {
  std::string bytes = smallest().SerializeAsString();
  const std::string known = bytes;
  bytes.append("\xf8\x07\x05", 3);                                           // field 127, a number
  bytes.append("\xfa\x07\x03xyz", 6).append("\xfd\x07\x01\x02\x03\x04", 6);  // the same as text and as four bytes
  Interaction out;
  ASSERT_TRUE(read_interaction(bytes, out));
  EXPECT_EQ(written(out), known);
}

TEST(InteractionWire, RefusesTextThatIsNotUtf8) {
  v1::Interaction message = smallest();
  std::string bytes = message.SerializeAsString();
  const std::size_t at = bytes.find("a7");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = '\xff';
  Interaction out;
  EXPECT_FALSE(read_interaction(bytes, out));
}

}  // namespace
}  // namespace pairwatch
