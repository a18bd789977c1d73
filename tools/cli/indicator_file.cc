#include "tools/cli/indicator_file.h"

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <utility>

#include "pairwatch/v1/indicator.pb.h"
#include "processors/intake/indicators.h"

namespace pairwatch::cli {
namespace {

constexpr std::size_t kSha256Bytes = 32;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kSpace = " \t\r";

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t begin = line.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Fills `hash` from the digits; what is wrong with them, empty where nothing is.
std::string read_hash(std::string_view digits, IndicatorKind kind, std::string& hash) {
  hash.clear();
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digit_of(digits[i]) < 0) return "character " + std::to_string(i + 1) + " of the hash is no hexadecimal digit";
  }
  if (digits.size() % 2 != 0) return "the hash has an odd number of digits, " + std::to_string(digits.size());
  const std::size_t bytes = digits.size() / 2;
  if (bytes > kIndicatorHashBytes) return "the hash has " + std::to_string(bytes) + " bytes; 64 is the most";
  if (kind != IndicatorKind::kDevice && bytes != kSha256Bytes) {
    std::string problem = "the hash has " + std::to_string(bytes) + " bytes; that of ";
    problem.append(kind == IndicatorKind::kHandle ? "a handle" : "an account").append(" is its SHA-256, 32 bytes");
    return problem;
  }
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    hash.push_back(static_cast<char>(digit_of(digits[i]) * 16 + digit_of(digits[i + 1])));
  }
  return {};
}

void add_problem(HashListEnd& end, std::uint64_t line, const std::string& what) {
  ++end.bad_lines;
  if (end.problems.size() < kMostProblems) end.problems.push_back("line " + std::to_string(line) + ": " + what);
}

/// The next line, at most kMostLineBytes of it; `is_whole` says whether that was all. False at the end.
bool next_line(std::istream& in, std::string& line, bool& is_whole) {
  line.clear();
  is_whole = true;
  bool has_any = false;
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    has_any = true;
    if (c == '\n') return true;
    if (line.size() < kMostLineBytes) {
      line.push_back(static_cast<char>(c));
    } else {
      is_whole = false;
    }
  }
  return has_any;
}

}  // namespace

HashListEnd read_hash_list(std::istream& in, IndicatorKind kind, const std::function<bool(const std::string&)>& take) {
  HashListEnd end;
  std::string line, hash;
  bool is_whole = true;
  for (std::uint64_t number = 1; next_line(in, line, is_whole); ++number) {
    std::string_view rest = line;
    if (number == 1 && rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
    const std::string_view digits = trimmed(rest);
    if (!is_whole) {
      add_problem(end, number, "is longer than " + std::to_string(kMostLineBytes) + " bytes");
      continue;
    }
    if (digits.empty()) continue;
    if (const std::string problem = read_hash(digits, kind, hash); !problem.empty()) {
      add_problem(end, number, problem);
      continue;
    }
    ++end.hashes;
    if (!take(hash)) break;
  }
  return end;
}

IndicatorFile read_indicators(const std::string& path, std::size_t max_indicators) {
  std::ifstream in(path);
  if (!in) return {nullptr, "cannot read " + path + "; name a file of indicators, one JSON object a line"};
  IndicatorFile file{std::make_shared<SharedIndicators>(max_indicators), {}};
  std::size_t bad_lines = 0;
  const auto tell = [&](std::uint64_t number, const std::string& what) {
    if (++bad_lines > kMostProblems) return;
    file.problem += (file.problem.empty() ? "" : "\n") + path + ": line " + std::to_string(number) + ": " + what;
  };
  v1::Indicator indicator;
  std::string line, key, problem;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(kSpace) == std::string::npos) continue;
    indicator.Clear();
    if (!google::protobuf::util::JsonStringToMessage(line, &indicator).ok()) {
      tell(number, "is no pairwatch.v1.Indicator as JSON");
      continue;
    }
    const IndicatorKey read = intake::key_of(indicator, problem);
    if (!problem.empty()) {
      tell(number, problem);
      continue;
    }
    write_indicator_key(read, key);
    file.known->apply(key, indicator.SerializeAsString());
  }
  if (bad_lines > kMostProblems) file.problem += "\nand " + std::to_string(bad_lines - kMostProblems) + " more";
  file.known->publish();
  if (file.known->counts().refused > 0) {
    file.problem += (file.problem.empty() ? "" : "\n") + path + " holds more than " + std::to_string(max_indicators) +
                    " indicators; raise indicators.max_entries";
  }
  return file;
}

}  // namespace pairwatch::cli
