#include "topology/tasks/transaction_sink.h"

#include <google/protobuf/util/json_util.h>
#include <openssl/sha.h>

#include <algorithm>
#include <charconv>

#include "pairwatch/v1/escalation.pb.h"
#include "processors/core/check.h"
#include "processors/core/timestamp.h"

namespace pairwatch {
namespace {

constexpr std::string_view kSourceHeader = "pairwatch-source";
constexpr std::string_view kReceivedHeader = "pairwatch-received";
constexpr std::string_view kContentType = "content-type";

void append_number(std::int64_t number, std::string& out) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

std::string as_digits(std::int64_t number) {
  std::string digits;
  append_number(number, digits);
  return digits;
}

std::optional<std::int64_t> as_number(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string_view value_of(std::span<const Header> headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& header) { return header.name == name; });
  return found == headers.end() ? std::string_view{} : found->value;
}

std::size_t size_of(const Header& header) { return header.name.size() + header.value.size() + 8; }

std::string sha256_of(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : digest) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

v1::Escalation parsed(std::string_view value) {
  v1::Escalation escalation;
  check(escalation.ParseFromArray(value.data(), static_cast<int>(value.size())), "an escalation is a pairwatch.v1.Escalation");
  return escalation;
}

}  // namespace

void TransactionSink::begin_record(const Record& record, Store* hold_in) {
  record_ = &record;
  is_sweep_ = false;
  hold_in_ = hold_in;
  source_.clear();
}

void TransactionSink::begin_sweep(Store* hold_in) {
  record_ = nullptr;
  is_sweep_ = true;
  hold_in_ = hold_in;
  source_.clear();
}

void TransactionSink::emit(const Output& output) {
  check(record_ != nullptr || is_sweep_, "an output belongs to a record, or to a sweep");
  if (!is_sweep_) note_origin();
  const std::optional<Severity> severity = severity_of(output.port);
  if (severity && hold_in_ != nullptr) return hold(output);
  headers_.clear();
  std::size_t size = 0;
  for (const Header& header : output.headers) {
    if (header.name == kSourceHeader || header.name == kReceivedHeader) continue;  // of the input
    if (size + size_of(header) > kMostHeaderBytes) {
      ++headers_dropped_;
      continue;
    }
    size += size_of(header);
    headers_.push_back(header);
  }
  if (!is_sweep_) {
    headers_.push_back({kSourceHeader, source_});
    headers_.push_back({kReceivedHeader, received_});
    if (severity) latencies_.push_back({*severity, received_ms_});
  }
  if (severity) headers_.push_back({kContentType, content_type()});
  produce(output.port, output.key, severity ? encoded(output) : output.value, 0);
}

/// Once a record.
void TransactionSink::note_origin() {
  if (!source_.empty()) return;
  source_.append(config_.input_topic).push_back('/');
  append_number(record_->partition, source_);
  source_.push_back('/');
  append_number(record_->offset, source_);
  const std::string_view received = value_of(record_->headers, kReceivedHeader);
  received_ms_ = config_.input_is_external ? record_->timestamp_ms : as_number(received).value_or(record_->timestamp_ms);
  received_.clear();
  append_number(received_ms_, received_);
}

std::string_view TransactionSink::content_type() const {
  return config_.escalation_encoding == EscalationEncoding::kJson ? "application/json" : "application/x-protobuf";
}

/// The newest revision of a case takes the place of the one before; of one that stands down nothing is left to be told.
void TransactionSink::hold(const Output& output) {
  const v1::Escalation escalation = parsed(output.value);
  const Hash128 key = held_case_key(escalation.escalation_id());
  if (escalation.status() == v1::ESCALATION_STATUS_STOOD_DOWN) return hold_in_->erase(key);
  const EventTime raised_at = event_time_of(escalation.raised_at()).value_or(kNever);
  const std::string entry =
      as_entry({output.port, std::string(output.key), std::string(output.value), source_, received_ms_, raised_at});
  hold_in_->put(key, entry);
  bytes_ += entry.size();
}

Severity TransactionSink::tell(const HeldCase& held) {
  v1::Escalation escalation = parsed(held.value);
  escalation.set_status(v1::ESCALATION_STATUS_OPENED);  // to whoever reads it, it is
  told_subject_ = static_cast<SubjectKind>(escalation.subject().kind());
  const std::string received = as_digits(held.received_ms), value = escalation.SerializeAsString();
  headers_ = {{kSourceHeader, held.source}, {kReceivedHeader, received}, {kContentType, content_type()}};
  produce(held.port, held.key, encoded({held.port, held.key, value, {}}), 0);
  return *severity_of(held.port);
}

std::string_view TransactionSink::encoded(const Output& output) {
  if (config_.escalation_encoding == EscalationEncoding::kProtobuf) return output.value;
  const v1::Escalation escalation = parsed(output.value);
  encoded_.clear();
  check(google::protobuf::util::MessageToJsonString(escalation, &encoded_).ok(), "an escalation can be written as JSON");
  return encoded_;
}

void TransactionSink::reject(const Record& record, Reject reason) {
  const std::string partition = as_digits(record.partition), offset = as_digits(record.offset),
                    length = as_digits(std::ssize(record.value));
  std::string sha256;
  std::array<Header, 8> errors = {{{"__pairwatch.errors.reason", reject_name(reason)},
                                   {"__pairwatch.errors.message", reject_message(reason)},
                                   {"__pairwatch.errors.topic", config_.input_topic},
                                   {"__pairwatch.errors.partition", partition},
                                   {"__pairwatch.errors.offset", offset},
                                   {"__pairwatch.errors.service", config_.service}}};
  std::size_t carried = record.key.size();
  for (const Header& header : record.headers) carried += size_of(header);
  const bool keep_value = config_.keep_dead_letter_value && carried + record.value.size() <= kMostRecordBytes;
  std::size_t count = 6;
  if (!keep_value) {
    sha256 = sha256_of(record.value);
    errors[count++] = {"__pairwatch.errors.value_length", length};
    errors[count++] = {"__pairwatch.errors.value_sha256", sha256};
  }
  headers_.clear();
  if (carried <= kMostRecordBytes) {
    headers_.assign(record.headers.begin(), record.headers.end());
  } else {
    headers_dropped_ += record.headers.size();
  }
  headers_.insert(headers_.end(), errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(count));
  const bool keep_key = record.key.size() <= kMostRecordBytes;
  // A broker refuses timestamps far ahead of its clock.
  const std::int64_t timestamp_ms = std::min(record.timestamp_ms, clock_.now_ms());
  produce(OutputPort::kDeadLetters, keep_key ? record.key : std::string_view{}, keep_value ? record.value : std::string_view{},
          timestamp_ms);
}

void TransactionSink::produce(OutputPort port, std::string_view key, std::string_view value, std::int64_t timestamp_ms) {
  if (error_) return;
  const std::optional<std::size_t> topic = config_.topic_of_port[static_cast<std::size_t>(port)];
  check(topic.has_value(), "a service writes only to the ports that the topology gives it");
  bytes_ += key.size() + value.size();
  for (const Header& header : headers_) bytes_ += size_of(header);
  error_ = broker_.produce({*topic, key, value, headers_, timestamp_ms});
}

void TransactionSink::clear() {
  error_.reset();
  bytes_ = 0;
  latencies_.clear();
  headers_dropped_ = 0;
}

}  // namespace pairwatch
