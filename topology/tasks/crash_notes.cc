#include "topology/tasks/crash_notes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <mutex>
#include <system_error>

namespace pairwatch {
namespace {

constexpr std::size_t kBytes = CrashNotes::kWorkers * sizeof(CrashNote);
constexpr int kWorkersOfAService = static_cast<int>(CrashNotes::kWorkers) / kServiceCount;
constexpr std::array kSignals = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

/// The note of the record that this thread is deciding.
thread_local CrashNote* deciding = nullptr;

/// Only stores: anything more is not allowed in here.
void note_death(int signal) {
  if (deciding != nullptr) deciding->died = 1;
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action{};
    action.sa_handler = note_death;
    sigemptyset(&action.sa_mask);
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
    for (const int signal : kSignals) sigaction(signal, &action, nullptr);
  });
}

/// Counts what the process before left.
void settle(CrashNote& note) {
  if (note.died == 1 && note.offset != 0) {
    const bool is_same = note.last_offset == note.offset && note.last_partition == note.partition;
    note.deaths = is_same ? note.deaths + 1 : 1;
    note.last_offset = note.offset;
    note.last_partition = note.partition;
  }
  note.offset = 0;
  note.died = 0;
}

}  // namespace

CrashNotes::CrashNotes(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string path = folder + "/crash-notes";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0 && ftruncate(file, static_cast<off_t>(kBytes)) == 0) {
    void* bytes = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (bytes != MAP_FAILED) notes_ = static_cast<CrashNote*>(bytes);
  }
  if (notes_ == nullptr) {
    problem_ = "cannot note in " + path + " which record is being decided (" + std::strerror(errno) +
               "), so a record that kills the process would stop its partition; make the folder writable";
  }
  if (file >= 0) close(file);
  if (notes_ == nullptr) return;
  for (std::size_t i = 0; i < kWorkers; ++i) settle(notes_[i]);
  install_handler();
}

CrashNotes::~CrashNotes() {
  if (notes_ != nullptr) munmap(notes_, kBytes);
}

CrashNote* CrashNotes::of(Service service, int worker) {
  if (notes_ == nullptr || worker >= kWorkersOfAService) return nullptr;
  return notes_ + static_cast<int>(service) * kWorkersOfAService + worker;
}

void CrashWatch::begin(std::int32_t partition, std::int64_t offset) {
  if (note_ == nullptr) return;
  note_->partition = partition;
  note_->offset = offset + 1;
  deciding = note_;
}

void CrashWatch::end() {
  if (note_ == nullptr) return;
  deciding = nullptr;
  note_->offset = 0;
}

}  // namespace pairwatch
