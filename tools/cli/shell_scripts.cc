// Completions for bash, zsh and fish, and the manual page, written from the tables of the command line.

#include <stdexcept>

#include "tools/cli/shell_model.h"

namespace pairwatch::cli {
namespace {

constexpr std::string_view kMadeBy = "made by `pairwatch completion`; do not edit";

std::string joined(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Within single quotes of a POSIX shell.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", R"('\'')") + "'"; }

/// Completion menus have room for one line.
std::string in_brief(const std::string& description) {
  const std::size_t end = description.find_first_of(";:.(,", 30);
  std::string text = description.substr(0, std::min(end, std::size_t{70}));
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string bash(const std::vector<ShellCommand>& commands) {
  std::string names, of_command, of_value;
  for (const ShellCommand& command : commands) {
    std::vector<std::string> words;
    for (const ShellFlag& flag : command.flags) {
      if (flag.is_positional) {
        words.insert(words.end(), flag.choices.begin(), flag.choices.end());
        continue;
      }
      words.insert(words.end(), flag.names.begin(), flag.names.end());
      if (flag.value.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : flag.names) patterns.push_back("'" + command.name + " " + name + "'");
      of_value += "    " + joined(patterns, "|") + ") ";
      if (flag.is_file) {
        of_value += "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n";
      } else if (!flag.choices.empty()) {
        of_value += "mapfile -t COMPREPLY < <(compgen -W " + quoted(joined(flag.choices, " ")) + " -- \"$current\"); return ;;\n";
      } else {
        of_value += "return ;;\n";
      }
    }
    if (!command.name.empty()) names += (names.empty() ? "" : " ") + command.name;
    if (!command.name.empty()) of_command += "    " + command.name + ") words=" + quoted(joined(words, " ")) + " ;;\n";
  }
  std::vector<std::string> own;
  for (const ShellFlag& flag : commands.front().flags) own.insert(own.end(), flag.names.begin(), flag.names.end());
  return "# bash completion for pairwatch, " + std::string(kMadeBy) + R"(
_pairwatch() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then
      command=${COMP_WORDS[i]}
      break
    fi
  done
  COMPREPLY=()
  case "$command $previous" in
)" + of_value +
         R"(  esac
  case $command in
    '') words=)" +
         quoted(names + " " + joined(own, " ")) + " ;;\n" + of_command + R"(  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _pairwatch pairwatch
)";
}

/// One `_arguments` specification: '(-h --help)'{-h,--help}'[what it does]:FILE:_files'.
std::string zsh_spec(const ShellFlag& flag) {
  const auto escaped = [](const std::string& text) {
    return replaced(replaced(replaced(replaced(text, "'", R"('\'')"), "[", "\\["), "]", "\\]"), ":", "\\:");
  };
  std::string action;
  if (!flag.value.empty() || flag.is_positional) {
    action = ":" + escaped(flag.value.empty() ? flag.names.front() : flag.value) + ":";
    if (flag.is_file) action += "_files";
    if (!flag.choices.empty()) action += "(" + joined(flag.choices, " ") + ")";
  }
  if (flag.is_positional) return "'1" + action + "'";
  const std::string what = "'[" + escaped(in_brief(flag.description)) + "]" + action + "'";
  if (flag.names.size() == 1) return (flag.repeats ? "'*'" : "") + flag.names.front() + what;
  const std::string all = "{" + joined(flag.names, ",") + "}" + what;
  return flag.repeats ? "'*'" + all : "'(" + joined(flag.names, " ") + ")'" + all;
}

std::string zsh(const std::vector<ShellCommand>& commands) {
  std::string names, cases, own;
  for (const ShellCommand& command : commands) {
    std::string specs;
    for (const ShellFlag& flag : command.flags) specs += " \\\n        " + zsh_spec(flag);
    if (command.name.empty()) {
      own = specs;
      continue;
    }
    names += "    " + quoted(command.name + ":" + in_brief(command.description)) + "\n";
    cases += "      " + command.name + ")\n        _arguments" + specs + " ;;\n";
  }
  return "#compdef pairwatch\n# " + std::string(kMadeBy) + R"(
_pairwatch() {
  local -a commands
  local context state state_descr line
  typeset -A opt_args
  commands=(
)" + names +
         R"(  )
  _arguments -C)" +
         own + R"( \
        '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case ${words[1]} in
)" + cases +
         R"(      esac ;;
  esac
}
if [[ $funcstack[1] = _pairwatch ]]; then _pairwatch "$@"; else compdef _pairwatch pairwatch; fi
)";
}

std::string fish(const std::vector<ShellCommand>& commands) {
  const auto escaped = [](const std::string& text) { return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'"; };
  std::string text = "# fish completion for pairwatch, " + std::string(kMadeBy) + "\ncomplete -c pairwatch -f\n";
  for (const ShellCommand& command : commands) {
    const std::string condition = command.name.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + command.name;
    if (!command.name.empty()) {
      text += "complete -c pairwatch -n __fish_use_subcommand -a " + command.name + " -d " +
              escaped(in_brief(command.description)) + "\n";
    }
    for (const ShellFlag& flag : command.flags) {
      text += "complete -c pairwatch -n " + escaped(condition);
      if (!flag.is_positional) {
        for (const std::string& name : flag.names)
          text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        if (!flag.value.empty()) text += flag.is_file ? " -r -F" : " -x";
      }
      if (!flag.choices.empty()) text += " -a " + escaped(joined(flag.choices, " "));
      text += " -d " + escaped(in_brief(flag.description)) + "\n";
    }
  }
  return text;
}

/// As groff takes it: dashes are dashes, and a line that begins with a dot or a quote is no request.
std::string roff(const std::string& text) {
  std::string out = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
  if (out.starts_with('.') || out.starts_with('\'')) out = "\\&" + out;
  return replaced(replaced(out, "\n.", "\n\\&."), "\n'", "\n\\&'");
}

std::string manual_flags(const ShellCommand& command) {
  std::string text;
  for (const ShellFlag& flag : command.flags) {
    text += ".TP\n.B " + roff(joined(flag.names, ", ")) + (flag.value.empty() ? "" : " \\fI" + roff(flag.value) + "\\fR") + "\n";
    std::string what = flag.description;
    if (flag.is_required) what += what.empty() ? "Must be given." : " (must be given)";
    if (flag.repeats) what += " (may be given several times)";
    text += roff(what.empty() ? "See above." : what) + "\n";
  }
  return text;
}

}  // namespace

std::string completions_for(std::string_view shell, const CLI::App& app) {
  const std::vector<ShellCommand> commands = shell_commands(app);
  if (shell == "bash") return bash(commands);
  if (shell == "zsh") return zsh(commands);
  if (shell == "fish") return fish(commands);
  throw std::invalid_argument("there are completions for bash, zsh and fish");
}

std::string manual_page(const CLI::App& app, std::string_view version) {
  const std::vector<ShellCommand> commands = shell_commands(app);
  std::string text = ".\\\" " + std::string(kMadeBy) + "\n.TH PAIRWATCH 1 \"\" \"pairwatch " + std::string(version) +
                     "\" \"User Commands\"\n.SH NAME\npairwatch \\- " + roff(commands.front().description) +
                     "\n.SH SYNOPSIS\n.B pairwatch\n.I COMMAND\n.RI [ FLAG ...]\n.SH OPTIONS\n" + manual_flags(commands.front()) +
                     ".SH COMMANDS\n";
  for (std::size_t i = 1; i < commands.size(); ++i) {
    text += ".SS pairwatch " + roff(commands[i].name) + "\n" + roff(commands[i].description) + "\n" + manual_flags(commands[i]);
  }
  return text + R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
Failed while running; standard error says why.
.TP
.B 2
The command line is wrong.
.TP
.B 78
The configuration is not valid; every problem is told with its file and line.
.SH ENVIRONMENT
Every setting can be given as a variable: \fBPAIRWATCH_KAFKA__BOOTSTRAP_SERVERS\fR is \fBkafka.bootstrap_servers\fR (two underscores are a dot).
Flags win over the environment, the environment over files, files over defaults.
.SH SIGNALS
Of \fBpairwatch run\fR:
.TP
.BR SIGINT ", " SIGTERM
Commits what was processed and ends. A second one ends at once; nothing is lost.
.TP
.B SIGHUP
Reads rules and word lists again: taken up whole, or not at all.
.TP
.BR SIGUSR1 ", " SIGUSR2
The log tells one level more, or less.
.SH FILES
.TP
.I /etc/pairwatch/pairwatch.yaml
Settings of the service, where it was installed as a package.
.TP
.I /var/lib/pairwatch
State, where that can be written.
.SH NOTES
An escalation is a reason for a human to look, never a verdict.
)";
}

}  // namespace pairwatch::cli
