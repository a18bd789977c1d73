// Where a `run` keeps its state.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "topology/store/database.h"

namespace pairwatch::cli {

/// The folder for the state of these services: as configured, or below the first of /var/lib/pairwatch and the user's state
/// directory that can be written, one for each application, instance and set of services.
std::string state_folder(const config::Settings& settings, const std::vector<Service>& services);

struct State {
  std::unique_ptr<Database> database;  ///< nullptr: state is kept in memory, or there is none
  std::string problem;                 ///< what is wrong, and what helps; empty: nothing
};

/// Opens it, and logs where, and what could not be used.
State open_state(const config::Settings& settings, const std::vector<Service>& services);

}  // namespace pairwatch::cli
