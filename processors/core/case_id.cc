#include "processors/core/case_id.h"

#include <charconv>

namespace pairwatch {
namespace {

constexpr std::size_t kHashAt = 2, kSubjectAt = 11, kNumberAt = 44;

char letter(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::kPair: return 'P';
    case SubjectKind::kActor: return 'A';
    case SubjectKind::kTarget: return 'T';
  }
  return '?';
}

void append_hex(std::uint64_t value, int digits, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out.push_back(kDigits[(value >> shift) & 0xf]);
}

template <typename Number>
bool read_number(std::string_view digits, int base, Number& number) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  return error == std::errc{} && end == digits.data() + digits.size();
}

std::optional<SubjectKind> kind_of(char c) {
  for (const SubjectKind kind : {SubjectKind::kPair, SubjectKind::kActor, SubjectKind::kTarget}) {
    if (letter(kind) == c) return kind;
  }
  return std::nullopt;
}

}  // namespace

std::string write_case_id(const CaseId& id) {
  std::string text(1, letter(id.kind));
  text.push_back('-');
  append_hex(id.routing_hash, 8, text);
  text.push_back('-');
  append_hex(id.subject.high, 16, text);
  append_hex(id.subject.low, 16, text);
  text.push_back('-');
  text.append(std::to_string(id.number));
  return text;
}

std::optional<CaseId> read_case_id(std::string_view text) {
  if (text.size() <= kNumberAt) return std::nullopt;
  const auto kind = kind_of(text[0]);
  CaseId id;
  const bool is_read = kind && read_number(text.substr(kHashAt, 8), 16, id.routing_hash) &&
                       read_number(text.substr(kSubjectAt, 16), 16, id.subject.high) &&
                       read_number(text.substr(kSubjectAt + 16, 16), 16, id.subject.low) &&
                       read_number(text.substr(kNumberAt), 10, id.number);
  if (!is_read) return std::nullopt;
  id.kind = *kind;
  // Capitals, signs, leading zeros and other separators are nothing that was ever written.
  if (id.number == 0 || write_case_id(id) != text) return std::nullopt;
  return id;
}

}  // namespace pairwatch
