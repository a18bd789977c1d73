#include "tools/cli/shell_model.h"

#include <algorithm>

namespace pairwatch::cli {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// CLI11 writes `TEXT:{auto,plain,none}` for what must be one of a list; ours write `text|dot|topics`.
std::vector<std::string> choices_in(const std::string& type) {
  const std::size_t open = type.find('{'), close = type.find('}');
  if (open != std::string::npos && close != std::string::npos) return split(type.substr(open + 1, close - open - 1), ',');
  const bool is_list =
      type.find('|') != std::string::npos && type.find_first_not_of("abcdefghijklmnopqrstuvwxyz_|") == std::string::npos;
  return is_list ? split(type, '|') : std::vector<std::string>{};
}

ShellFlag flag_of(const CLI::Option& option) {
  ShellFlag flag;
  flag.is_positional = option.nonpositional() == false;
  if (flag.is_positional) {
    flag.names.push_back(option.get_name(true, false));
  } else {
    for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  }
  flag.description = option.get_description();
  flag.is_required = option.get_required();
  flag.repeats = option.get_expected_max() > 1;
  if (option.get_items_expected_max() == 0) return flag;
  const std::string type = option.get_type_name();
  flag.choices = choices_in(type);
  flag.is_file = type.starts_with("FILE") || type.starts_with("DIR");
  flag.value = flag.choices.empty() ? type.substr(0, type.find(':')) : "";
  for (const std::string& choice : flag.choices) flag.value += (flag.value.empty() ? "" : "|") + choice;
  if (flag.value.empty()) flag.value = "VALUE";
  return flag;
}

ShellCommand command_of(const CLI::App& app, std::string name) {
  ShellCommand command{std::move(name), app.get_description(), {}};
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) command.flags.push_back(flag_of(*option));
  }
  return command;
}

}  // namespace

std::vector<ShellCommand> shell_commands(const CLI::App& app) {
  std::vector<ShellCommand> commands = {command_of(app, "")};
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (!command->get_group().empty()) commands.push_back(command_of(*command, command->get_name()));
  }
  return commands;
}

}  // namespace pairwatch::cli
