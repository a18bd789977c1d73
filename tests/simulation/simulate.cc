// Runs seeds: `simulate --seeds N [--first S] [--jobs J] [--service NAME] [--mutation NAME] [--happened]
// [--trace SEED]`. Each job is a process of
// its own, so that a broken invariant (abort) is one failed seed. Prints a line for each failing seed, and a summary. Exit status
// 1: some failed.
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/simulation/mutations.h"
#include "tests/simulation/world.h"

namespace pairwatch::simulation {
namespace {

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1'000;
  std::uint64_t jobs = 1;
  bool tells_what_happened = false;
  bool traces = false;
  std::string service = "all";
  std::optional<Mutation> mutation;  ///< a planted bug
};

/// A seed's service: by the seed itself, so that one number is enough to replay.
SimulatedService service_of(std::uint64_t seed, const std::string& name) {
  const bool any = name == "all";
  if (any ? seed % 8 == 2 : name == "cases") return case_service();
  return (any ? seed % 4 == 0 : name == "relationship") ? relationship_service() : counting_service();
}

Verdict run_seed(std::uint64_t seed, const Arguments& arguments, const Tracer& tracer) {
  const SimulatedService service = service_of(seed, arguments.service);
  const Interposer interposer = arguments.mutation ? interposer_of(*arguments.mutation) : Interposer{};
  return World(seed, service, interposer, tracer).run();
}

/// One job: every `jobs`-th seed from `from` on, each told as `begin SEED`, `failed SEED WHY`, `happened NUMBER WHAT`.
void run_job(std::uint64_t from, const Arguments& arguments, int out) {
  std::map<std::string, std::uint64_t> happened;
  const auto tell = [&](const std::string& line) {
    const std::string whole = line + '\n';
    if (write(out, whole.data(), whole.size()) < 0) std::_Exit(2);
  };
  for (std::uint64_t seed = from; seed < arguments.first + arguments.seeds; seed += arguments.jobs) {
    tell("begin " + std::to_string(seed));
    const Verdict verdict = run_seed(seed, arguments, nullptr);
    if (!verdict.failure.empty()) tell("failed " + std::to_string(seed) + ' ' + verdict.failure);
    for (const auto& [what, count] : verdict.happened) happened[what] += count;
  }
  for (const auto& [what, count] : happened) tell("happened " + std::to_string(count) + ' ' + what);
}

struct Job {
  pid_t process = 0;
  FILE* in = nullptr;
};

Job start_job(std::uint64_t from, const Arguments& arguments) {
  int ends[2];
  if (pipe(ends) != 0) std::exit(2);
  const pid_t process = fork();
  if (process < 0) std::exit(2);
  if (process == 0) {
    close(ends[0]);
    run_job(from, arguments, ends[1]);
    std::_Exit(0);
  }
  close(ends[1]);
  return {process, fdopen(ends[0], "r")};
}

struct Summary {
  std::uint64_t seeds = 0;
  std::uint64_t failed = 0;
  std::map<std::string, std::uint64_t> happened;

  void fail(std::uint64_t seed, const std::string& why) {
    ++failed;
    std::cout << "seed " << seed << ": " << why << std::endl;
  }
};

/// Reads what a job tells to its end; where it died within a seed, that seed has failed, and the next job goes on behind it.
void read_job(Job job, const Arguments& arguments, Summary& summary) {
  for (;;) {
    std::uint64_t current = 0;
    char* line = nullptr;
    std::size_t size = 0;
    while (getline(&line, &size, job.in) > 0) {
      std::istringstream words(line);
      std::string kind, rest;
      std::uint64_t number = 0;
      words >> kind >> number;
      std::getline(words >> std::ws, rest);
      if (kind == "begin") {
        current = number;
        ++summary.seeds;
      } else if (kind == "failed") {
        summary.fail(number, rest);
      } else {
        summary.happened[rest] += number;
      }
    }
    std::free(line);
    std::fclose(job.in);
    int status = 0;
    waitpid(job.process, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    summary.fail(current, "the process died, see above");
    job = start_job(current + arguments.jobs, arguments);
  }
}

int run_all(const Arguments& arguments) {
  std::vector<Job> jobs;
  for (std::uint64_t i = 0; i < arguments.jobs; ++i) jobs.push_back(start_job(arguments.first + i, arguments));
  Summary summary;
  for (const Job& job : jobs) read_job(job, arguments, summary);
  if (arguments.tells_what_happened) {
    for (const auto& [what, count] : summary.happened) std::cout << "  " << count << "  " << what << '\n';
  }
  std::cout << summary.seeds << " seeds, " << summary.failed << " failed" << std::endl;
  return summary.failed == 0 ? 0 : 1;
}

int trace_one(const Arguments& arguments) {
  const Verdict verdict = run_seed(arguments.first, arguments, [](const std::string& line) { std::cout << line << std::endl; });
  std::cout << "seed " << arguments.first << ": " << (verdict.failure.empty() ? "all is well" : verdict.failure) << std::endl;
  return verdict.failure.empty() ? 0 : 1;
}

int run(int argument_count, char** raw) {
  Arguments arguments;
  for (int i = 1; i < argument_count; ++i) {
    const std::string name = raw[i];
    if (name == "--happened") {
      arguments.tells_what_happened = true;
      continue;
    }
    if (i + 1 == argument_count) {
      std::cerr << "simulate: " << name << " needs a value, or is no option\n";
      return 2;
    }
    const std::string value = raw[++i];
    if (name == "--mutation") {
      arguments.mutation = mutation_named(value);
      if (!arguments.mutation) {
        std::cerr << "simulate: no mutation " << value << "; tests/simulation/mutations.cc has their names\n";
        return 2;
      }
    } else if (name == "--service") {
      arguments.service = value;
    } else if (name == "--seeds") {
      arguments.seeds = std::strtoull(value.c_str(), nullptr, 10);
    } else if (name == "--first") {
      arguments.first = std::strtoull(value.c_str(), nullptr, 10);
    } else if (name == "--jobs") {
      arguments.jobs = std::strtoull(value.c_str(), nullptr, 10);
    } else if (name == "--trace") {
      arguments.first = std::strtoull(value.c_str(), nullptr, 10);
      arguments.traces = true;
    } else {
      std::cerr << "simulate: no option " << name << "; there are --seeds --first --jobs --service --happened --mutation --trace\n";
      return 2;
    }
  }
  spdlog::set_level(arguments.traces ? spdlog::level::info : spdlog::level::off);
  spdlog::set_pattern("          %v");
  return arguments.traces ? trace_one(arguments) : run_all(arguments);
}

}  // namespace
}  // namespace pairwatch::simulation

int main(int argument_count, char** arguments) { return pairwatch::simulation::run(argument_count, arguments); }
