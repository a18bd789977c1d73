// Opening a database: whose is it, can it be used, and what becomes of one that cannot.
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "processors/core/check.h"
#include "topology/store/rocks.h"

namespace pairwatch {
namespace {

namespace fs = std::filesystem;

std::string identity_path(const std::string& folder) { return folder + "/pairwatch-store"; }

constexpr std::string_view kFirstLine = "pairwatch state, format ";

/// Whose state it is, apart from the format.
std::string owner(const DiskConfig& config) { return "application " + config.application + "\ntopics " + config.topics + "\n"; }

std::string identity(const DiskConfig& config) {
  return std::string(kFirstLine) + std::to_string(Database::kFormat) + "\n" + owner(config);
}

/// What is to be done with a folder that is there.
struct Verdict {
  enum class Action : std::uint8_t { kUse, kMakeNew, kSetAside, kRefuse } action;
  std::string why;
};

/// Where the end of a process in between cannot leave a part of the file: first beside it, then renamed.
rocksdb::Status write_identity(const std::string& folder, const std::string& text) {
  rocksdb::Env* env = rocksdb::Env::Default();
  const std::string target = identity_path(folder);
  rocksdb::Status status = rocksdb::WriteStringToFile(env, text, target + ".new", /*should_sync=*/true);
  if (status.ok()) status = env->RenameFile(target + ".new", target);
  std::unique_ptr<rocksdb::Directory> directory;
  if (status.ok()) status = env->NewDirectory(folder, &directory);
  if (status.ok()) status = directory->Fsync();
  return status;
}

bool has_tables(const std::string& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& file : fs::directory_iterator(folder, ignored)) {
    if (file.path().extension() == ".sst") return true;
  }
  return false;
}

/// The format an identity names; nullopt: it is none.
std::optional<int> format_of(std::string_view text) {
  const std::size_t line_end = text.find('\n');
  if (!text.starts_with(kFirstLine) || line_end == std::string_view::npos) return std::nullopt;
  const std::string_view number = text.substr(kFirstLine.size(), line_end - kFirstLine.size());
  int format = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), format);
  if (error != std::errc{} || end != number.data() + number.size() || format < 1) return std::nullopt;
  return format;
}

Verdict judge(const std::string& folder, const DiskConfig& config) {
  using Action = Verdict::Action;
  rocksdb::Env* env = rocksdb::Env::Default();
  std::error_code error;
  if (!fs::exists(folder, error) && !error) return {Action::kMakeNew, {}};
  const bool empty = !error && fs::is_empty(folder, error);
  if (error) return {Action::kRefuse, "cannot read " + folder + ": " + error.message() + "; let this user read and write it"};
  if (empty) return {Action::kMakeNew, {}};

  std::string text;
  const rocksdb::Status read = rocksdb::ReadFileToString(env, identity_path(folder), &text);
  if (read.IsPathNotFound()) return {Action::kSetAside, "it does not say whose it is (half written, or not of this program)"};
  if (!read.ok()) return {Action::kRefuse, "cannot read " + identity_path(folder) + ": " + read.ToString() + "; see to the disk"};
  const std::optional<int> format = format_of(text);
  if (!format) return {Action::kSetAside, "what it says of itself cannot be read"};
  if (*format > Database::kFormat) {
    return {Action::kRefuse, folder + " was written by a newer release (format " + std::to_string(*format) + ", this one knows " +
                                 std::to_string(Database::kFormat) +
                                 "): run that release, or move the folder away to have the state restored from the changelog"};
  }
  const std::string_view rest = std::string_view(text).substr(text.find('\n') + 1);
  if (rest != owner(config)) return {Action::kSetAside, "it is the state of another application or of other topics"};

  std::string mark;
  if (rocksdb::ReadFileToString(env, damage_mark(folder), &mark).ok()) return {Action::kSetAside, "it is damaged (" + mark + ")"};
  if (has_tables(folder) && env->FileExists(folder + "/CURRENT").IsNotFound()) return {Action::kSetAside, "it is incomplete"};
  return {Action::kUse, {}};
}

/// Renames the folder. Says where it went, or what went wrong.
std::pair<bool, std::string> set_aside(const std::string& folder, const std::string& why, int most) {
  std::error_code error;
  for (int n = 1; n <= most; ++n) {
    const std::string target = folder + ".set-aside-" + std::to_string(n);
    if (fs::exists(target, error)) continue;
    fs::rename(folder, target, error);
    if (error) return {false, "cannot set " + folder + " aside as " + target + ": " + error.message() + "; move it by hand"};
    return {true, "state on disk was set aside as " + target + " because " + why +
                      ": the state is restored from the changelog; delete that folder once looked at"};
  }
  return {false, folder + " cannot be used because " + why + ", and " + std::to_string(most) +
                     " others were set aside before: see to the disk, then delete " + folder + ".set-aside-*"};
}

std::string cannot_open(const std::string& folder, const rocksdb::Status& status) {
  return "cannot open the state in " + folder + ": " + status.ToString() +
         "; see whether the disk has room and this user may write there, then start again";
}

/// Makes the folder ready for RocksDB. Empty, or what is wrong.
std::string make_new(const std::string& folder, const DiskConfig& config) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return "cannot make " + folder + ": " + error.message() + "; give the state a folder this user may write to";
  const rocksdb::Status status = write_identity(folder, identity(config));
  return status.ok() ? std::string() : cannot_open(folder, status);
}

}  // namespace

Database::Opened Database::open(const DiskConfig& config) {
  using Action = Verdict::Action;
  check(!config.path.empty(), "state on disk has a folder");
  check(config.application.find('\n') == std::string::npos, "an application's name is one line");
  Opened opened;
  auto rocks = std::make_unique<Rocks>(config);
  std::error_code error;
  fs::create_directories(config.path, error);
  if (error) {
    opened.error = "cannot make " + config.path + ": " + error.message() + "; give the state a folder this user may write to";
    return opened;
  }
  const std::string lock_path = config.path + "/lock";
  if (const rocksdb::Status locked = rocksdb::Env::Default()->LockFile(lock_path, &rocks->lock); !locked.ok()) {
    opened.error = "cannot lock " + lock_path + ": " + locked.ToString() +
                   "; another process uses this folder (give each its own, or wait until the other has ended), or this user may "
                   "not write there";
    return opened;
  }
  const auto put_aside = [&](const std::string& why) {
    auto [moved, words] = set_aside(rocks->folder, why, config.most_set_aside);
    if (!moved) {
      opened.error = std::move(words);
      return false;
    }
    opened.notices.push_back(std::move(words));
    opened.error = make_new(rocks->folder, config);
    return opened.error.empty();
  };
  const Verdict verdict = judge(rocks->folder, config);
  switch (verdict.action) {
    case Action::kUse: break;
    case Action::kMakeNew: opened.error = make_new(rocks->folder, config); break;
    case Action::kSetAside: put_aside(verdict.why); break;
    case Action::kRefuse: opened.error = verdict.why; break;
  }
  if (!opened.error.empty()) return opened;

  rocksdb::Status status = rocks->open();
  if (is_damage(status) && put_aside("it is damaged (" + status.ToString() + ")")) status = rocks->open();
  if (!status.ok()) {
    if (opened.error.empty()) opened.error = cannot_open(rocks->folder, status);
    return opened;
  }
  opened.database.reset(new Database(std::move(rocks)));
  return opened;
}

}  // namespace pairwatch
