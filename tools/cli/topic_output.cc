#include "tools/cli/topic_output.h"

#include <cstdint>
#include <optional>

#include "processors/core/check.h"
#include "processors/core/keys.h"
#include "processors/decode/decode.h"

namespace pairwatch::cli {
namespace {

/// An event in what the generator writes: where its bytes begin and end, and where the next begins.
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t next = 0;
};

std::optional<Piece> line_in(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return {};
  return Piece{0, end, end + 1};
}

std::optional<Piece> delimited_in(std::string_view bytes) {
  constexpr std::size_t kLongestVarint = 10;
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kLongestVarint; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    size |= std::uint64_t{byte & 0x7fU} << (7 * i);
    if (byte >= 0x80) continue;
    if (size > bytes.size() - i - 1) return {};
    return Piece{i + 1, i + 1 + static_cast<std::size_t>(size), i + 1 + static_cast<std::size_t>(size)};
  }
  return {};
}

}  // namespace

TopicOutput::TopicOutput(kafka::TopicWriter& writer, generator::Format format)
    : writer_(writer), format_(format), decoder_(decode::make_decoder({})) {}

bool TopicOutput::write_event(std::string_view value) {
  check(!decoder_->decode(value, {}, event_).reject, "what the generator makes is an event");
  if (event_.target.present) {
    write_pair_key(event_.tenant, {event_.actor.account_id}, {event_.target.account_id}, key_);
  } else {
    write_account_key(event_.tenant, {event_.actor.account_id}, key_);
  }
  return writer_.write(key_, value);
}

std::size_t TopicOutput::write_whole(std::string_view bytes) {
  std::size_t taken = 0;
  for (;;) {
    const std::string_view rest = bytes.substr(taken);
    const std::optional<Piece> piece = format_ == generator::Format::kJson ? line_in(rest) : delimited_in(rest);
    if (!piece) return taken;
    if (!write_event(rest.substr(piece->begin, piece->end - piece->begin))) return std::string_view::npos;
    taken += piece->next;
  }
}

std::streamsize TopicOutput::xsputn(const char* bytes, std::streamsize count) {
  const std::string_view given(bytes, static_cast<std::size_t>(count));
  if (begun_.empty()) {
    const std::size_t taken = write_whole(given);
    if (taken == std::string_view::npos) return 0;
    begun_.assign(given.substr(taken));
    return count;
  }
  begun_.append(given);
  const std::size_t taken = write_whole(begun_);
  if (taken == std::string_view::npos) return 0;
  begun_.erase(0, taken);
  return count;
}

TopicOutput::int_type TopicOutput::overflow(int_type byte) {
  if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
  const char one = traits_type::to_char_type(byte);
  return xsputn(&one, 1) == 1 ? byte : traits_type::eof();
}

}  // namespace pairwatch::cli
