// The command line as the shells and the manual page see it: read from CLI11's own tables, so that it is what `--help` says.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pairwatch::cli {

struct ShellFlag {
  std::vector<std::string> names;  ///< with their dashes, the short ones first; of a positional, its name without
  std::string description;
  std::string value;                 ///< what stands for its value, for instance FILE; empty: it takes none
  std::vector<std::string> choices;  ///< where only these values are taken
  bool is_file = false;              ///< its value is the name of a file or folder
  bool is_required = false;
  bool repeats = false;
  bool is_positional = false;
};

struct ShellCommand {
  std::string name;  ///< empty: the program itself
  std::string description;
  std::vector<ShellFlag> flags;
};

/// The program first, then its commands in the order of its help.
std::vector<ShellCommand> shell_commands(const CLI::App& app);

/// Completions of `app` for a shell: bash, zsh or fish. Throws std::invalid_argument for another.
std::string completions_for(std::string_view shell, const CLI::App& app);
/// Its manual page, in the language of groff's man macros.
std::string manual_page(const CLI::App& app, std::string_view version);

}  // namespace pairwatch::cli
