#include "config/load.h"

#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/files.h"
#include "config/lexicon.h"
#include "config/tables.h"
#include "config/yaml.h"
#include "processors/text_signals/text_signals.h"
#include "topology/http/admin_access.h"
#include "topology/http/token_client.h"
#include "topology/kafka/client_settings.h"
#include "topology/kafka/credentials.h"
#include "topology/secret_file.h"

extern "C" char** environ;

namespace pairwatch::config {
namespace {

constexpr std::string_view kPrefix = "PAIRWATCH_";

/// PAIRWATCH_KAFKA__BOOTSTRAP_SERVERS: kafka.bootstrap_servers. Two underscores are a dot, one is itself.
std::string key_of(std::string_view variable) {
  std::string key;
  for (std::size_t i = kPrefix.size(); i < variable.size(); ++i) {
    if (variable.substr(i, 2) == "__") {
      key += '.';
      ++i;
    } else {
      key += static_cast<char>(std::tolower(static_cast<unsigned char>(variable[i])));
    }
  }
  return key;
}

/// Kubernetes sets PAIRWATCH_SERVICE_HOST, PAIRWATCH_PORT_9464_TCP_ADDR and the like where a Service is called pairwatch, and
/// PAIRWATCH_INTAKE_SERVICE_HOST and so on where one is called pairwatch-intake.
bool is_from_kubernetes(std::string_view variable) {
  const std::string_view rest = variable.substr(kPrefix.size());
  if (rest.find("__") != std::string_view::npos) return false;  // the path of a setting
  if (rest == "PORT" || rest.ends_with("_PORT") || rest.ends_with("SERVICE_HOST")) return true;
  const std::size_t at = rest.find("PORT_");
  return at != std::string_view::npos && (at == 0 || rest[at - 1] == '_');
}

std::string sha256_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

/// Everything that decides what a row matches; examples are left out.
std::string canonical(const text_signals::Lexicon& lexicon) {
  std::string text;
  for (const text_signals::WordList& list : lexicon.lists) {
    text += "list " + list.name;
    for (const std::string& word : list.words) text += "\n " + word;
    text += "\n";
  }
  for (const text_signals::Row& row : lexicon.rows) {
    text += "row " + row.name + " " + std::string(info(row.signal).name) + "\n";
    for (const text_signals::RowStep& step : row.steps) {
      text += " ~" + std::to_string(step.gap) + " " + std::to_string(step.list) + (step.optional ? "?\n" : "\n");
    }
    for (const std::uint32_t guard : row.guards) text += " unless " + std::to_string(guard) + "\n";
    for (const std::string& language : row.languages) text += " language " + language + "\n";
  }
  return text;
}

class Loader {
 public:
  explicit Loader(Settings& settings) : settings_(settings) {
    describe_settings(table_, settings);
    describe_rules(rules_, settings);
  }

  Problems load(const LoadRequest& request) {
    for (const std::string_view file : {"config/pairwatch.yaml", "config/topology.yaml"}) {
      for (const ConfigFile& embedded : embedded_files(file)) read(embedded);
    }
    for (const ConfigFile& embedded : embedded_files("config/rules/")) {
      if (embedded.name.find("config/rules/tests/") == std::string::npos) read_rules(embedded);
    }
    for (const std::string& path : request.config_files) read(read_file(path, reading_.problems));
    for (const std::string& path : request.rules_files) read_rules(read_file(path, reading_.problems));
    for (const auto& [name, value] : request.environment) read_variable(name, value);
    for (const std::string& given : request.overrides) read_override(given);

    read_secrets();
    read_lexicons();
    connect();
    check();
    settings_.escalation.rules.sha256 = sha256_of(rules_.as_yaml(false) + canonical(settings_.lexicon));
    settings_.target.rules.sha256 = settings_.escalation.rules.sha256;
    settings_.intake.rules = std::stoull(settings_.escalation.rules.sha256.substr(0, 16), nullptr, 16);
    return std::move(reading_.problems);
  }

 private:
  /// Where the setting was last set, else the nearest section around it that was.
  void tell(const std::string& key, const std::string& message) {
    auto found = reading_.places.find(key);
    for (std::size_t dot = key.rfind('.'); found == reading_.places.end() && dot != std::string::npos && dot > 0;
         dot = key.rfind('.', dot - 1)) {
      found = reading_.places.find(key.substr(0, dot));
    }
    reading_.problems.push_back({found == reading_.places.end() ? Place{"settings"} : found->second, key, message});
  }

  void read(const ConfigFile& file) { table_.read(parse_yaml(file, reading_.problems), "", reading_); }
  /// Full names, so that problems and places are those of the same settings elsewhere.
  void read_rules(const ConfigFile& file) { rules_.read(parse_yaml(file, reading_.problems), "rules", reading_); }

  void read_variable(const std::string& name, const std::string& value) {
    if (!name.starts_with(kPrefix) || is_from_kubernetes(name)) return;
    const Place place{"environment " + name};
    table_.read(table_.node_of(key_of(name), value, place), "", reading_);
  }

  void read_override(const std::string& given) {
    const Place place{"flag -X"};
    const std::size_t equals = given.find('=');
    if (equals == std::string::npos || equals == 0) {
      reading_.problems.push_back({place, given.substr(0, equals), "has no value; write -X key=value"});
      return;
    }
    const std::string key = given.substr(0, equals);
    if (key.starts_with("kafka.properties.") && is_secret(key)) {
      reading_.problems.push_back(
          {place, key, "is a secret, which everybody could read in the process list; name a file under kafka.property_files"});
      return;
    }
    table_.read(table_.node_of(key, given.substr(equals + 1), place), "", reading_);
  }

  /// A file that a setting names: what is wrong with it is told where the setting stands.
  ConfigFile read_named(const std::string& path, const std::string& key) {
    Problems problems;
    ConfigFile file = read_file(path, problems);
    for (const Problem& problem : problems) tell(key, "file " + path + " " + problem.message);
    return file;
  }

  /// The content of a file, without one newline at its end.
  std::string secret_in(const std::string& path, const std::string& key) {
    SecretFile secret = read_secret(path);
    if (!secret.problem.empty()) tell(key, "file " + path + " " + secret.problem);
    check_writable(path, key);
    return std::move(secret.text);
  }

  void check_writable(const std::string& path, const std::string& key) {
    if (struct stat found{}; stat(path.c_str(), &found) == 0 && (found.st_mode & S_IWOTH) != 0 && S_ISREG(found.st_mode))
      tell(key, "file " + path + " can be written by everybody on this machine; take that away: chmod o-rwx " + path);
  }

  void read_secrets() {
    for (const auto& [property, path] : settings_.kafka_property_files) {
      settings_.kafka.properties[property] = secret_in(path, "kafka.property_files." + property);
    }
    connect_credentials();
    if (!settings_.pseudonyms.on) return;
    if (settings_.pseudonyms.key_file.empty()) {
      return tell("pseudonym_key.file", "is empty, but pseudonyms are on; name the file that holds the key");
    }
    std::string secret = secret_in(settings_.pseudonyms.key_file, "pseudonym_key.file");
    if (!secret.empty()) settings_.intake.pseudonym_key = {settings_.pseudonyms.key_id, std::move(secret)};
  }

  /// What can be renewed while clients run: logins from files, and tokens.
  void connect_credentials() {
    const kafka::OauthConfig& oauth = settings_.kafka.oauth;
    check_oauth(oauth);
    const auto file_of = [&](const char* property) {
      const auto found = settings_.kafka_property_files.find(property);
      return found == settings_.kafka_property_files.end() ? std::string() : found->second;
    };
    const std::map<std::string, std::string>& given = settings_.kafka.properties;
    const auto value_of = [&](const char* property) { return given.contains(property) ? given.at(property) : std::string(); };
    kafka::Credentials::Login login{value_of("sasl.username"), value_of("sasl.password"), file_of("sasl.username"),
                                    file_of("sasl.password")};
    kafka::Credentials::Fetch fetch;
    if (!oauth.token_file.empty()) {
      fetch = [file = oauth.token_file](std::int64_t now_ms) { return http::read_token(file, now_ms); };
    } else if (!oauth.token_endpoint.empty()) {
      fetch = [endpoint = http::TokenEndpoint{oauth.token_endpoint, oauth.client_id, oauth.client_secret_file, oauth.scope,
                                              oauth.ca_file}](std::int64_t now_ms) { return http::fetch_token(endpoint, now_ms); };
    }
    if (!fetch && login.username_file.empty() && login.password_file.empty()) return;
    settings_.kafka.credentials = std::make_shared<kafka::Credentials>(std::move(login), std::move(fetch));
  }

  void check_oauth(const kafka::OauthConfig& oauth) {
    if (!oauth.token_file.empty() && !oauth.token_endpoint.empty())
      tell("kafka.oauth.token_file", "cannot stand beside token_endpoint; set one of them");
    if (!oauth.token_file.empty()) secret_in(oauth.token_file, "kafka.oauth.token_file");
    if (oauth.token_endpoint.empty()) return;
    if (const std::string problem = http::problem_of_url(oauth.token_endpoint); !problem.empty())
      tell("kafka.oauth.token_endpoint", problem);
    if (oauth.client_id.empty()) tell("kafka.oauth.client_id", "is empty, but token_endpoint asks for it");
    if (oauth.client_secret_file.empty()) {
      tell("kafka.oauth.client_secret_file", "is empty, but token_endpoint asks for a secret; name the file that holds it");
    } else {
      secret_in(oauth.client_secret_file, "kafka.oauth.client_secret_file");
    }
    if (!oauth.ca_file.empty()) read_named(oauth.ca_file, "kafka.oauth.ca_file");
  }

  void read_lexicons() {
    std::vector<ConfigFile> files;
    if (settings_.lexicons.shipped) files = embedded_files("config/lexicons/");
    for (const std::string& path : settings_.lexicons.files) files.push_back(read_named(path, "lexicons.files"));
    const LexiconResult result = load_lexicons(files);
    reading_.problems.insert(reading_.problems.end(), result.problems.begin(), result.problems.end());
    settings_.lexicon = result.lexicon;
    if (!result.problems.empty()) return;  // would be told twice
    for (const std::string& problem : text_signals::problems_of(settings_.lexicon)) {
      reading_.problems.push_back({place_in(result, problem), "", problem});
    }
  }

  /// Where the list or row stands that a problem names first, between backticks.
  static Place place_in(const LexiconResult& result, const std::string& problem) {
    const std::size_t start = problem.find('`');
    const std::size_t end = start == std::string::npos ? start : problem.find('`', start + 1);
    if (end == std::string::npos) return {"lexicons"};
    const auto found = result.places.find(problem.substr(start + 1, end - start - 1));
    return found == result.places.end() ? Place{"lexicons"} : found->second;
  }

  /// Asks intake of one setting at a time, so that each problem is told where that setting stands.
  void check_intake() {
    intake::IntakeConfig key;
    key.pseudonym_key = settings_.intake.pseudonym_key;
    for (const std::string& problem : intake::problems_of(key)) tell("pseudonym_key", problem);
    intake::IntakeConfig labels;
    labels.labels = settings_.intake.labels;
    for (const std::string& problem : intake::problems_of(labels)) tell("rules.labels.signals", problem);
  }

  void check_listen() {
    const std::string& listen = settings_.http.listen;
    const std::size_t colon = listen.rfind(':');
    const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
    const bool digits = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || std::stoi(port) > 65'535)
      tell("http.listen", "is not host:port; write an address such as :9464 or 127.0.0.1:9464");
  }

  /// Its problems start with the setting's name: `kafka.linger: ...`.
  void check_kafka() {
    for (const std::string& problem : kafka::problems_of(settings_.kafka)) {
      const std::size_t colon = problem.find(": ");
      if (colon == std::string::npos) {
        tell("kafka", problem);
      } else {
        tell(problem.substr(0, colon), problem.substr(colon + 2));
      }
    }
  }

  /// What several parts must know alike is set once and copied here.
  void connect() {
    share_rules(settings_);
    settings_.decode.max_record_bytes = settings_.intake.max_record_bytes;
    settings_.target.language = settings_.escalation.language;
    for (TopicSpec& topic : settings_.topology.topics) {
      const bool has_own = reading_.places.contains("topology.topics." + topic.name + ".partitions");
      if (!has_own) topic.partitions = settings_.topic_partitions;
    }
    for (ServiceSpec& service : settings_.topology.services) {
      if (service.service == Service::kIntake) settings_.intake.source_topic = settings_.escalation.source_topic = service.input;
      if (service.service == Service::kIntake) settings_.target.source_topic = service.input;
      if (service.service == Service::kDecisions) settings_.escalation.decisions_topic = service.input;
      if (service.service == Service::kDecisions) settings_.target.decisions_topic = service.input;
      if (service.service == Service::kRelationship) settings_.relationship.input_topic = service.input;
      if (service.service == Service::kRelationship) service.store.time_to_live = settings_.relationship.time_to_live;
      if (service.service == Service::kEscalation) service.store.time_to_live = settings_.escalation.time_to_live;
      if (service.service == Service::kTarget) service.store.time_to_live = settings_.target.time_to_live;
    }
  }

  void check() {
    check_rules(settings_, reading_);
    for (const TopologyProblem& problem : problems_of(settings_.topology)) tell("topology." + problem.setting, problem.message);
    check_intake();
    check_listen();
    for (const http::AccessProblem& problem : http::problems_of(settings_.http)) tell(problem.setting, problem.message);
    check_writable(settings_.http.tls.key_file, "http.tls.key_file");
    check_writable(settings_.http.token_file, "http.token_file");
    check_kafka();
    if (settings_.http.stall_timeout <= settings_.kafka.transaction_timeout) {
      tell("http.stall_timeout",
           "is not longer than kafka.transaction_timeout, so a commit that waits for the broker would look like a worker that "
           "stands still; raise it");
    }
    if (settings_.escalation.rules.version.empty()) tell("rules.version", "is empty; give the rule set a name");
  }

  Settings& settings_;
  Section table_;
  Section rules_;
  Reading reading_;
};

}  // namespace

LoadResult load_settings(const LoadRequest& request) {
  LoadResult result;
  result.problems = Loader(result.settings).load(request);
  return result;
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (!text.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  std::sort(variables.begin(), variables.end());
  return variables;
}

std::string as_yaml(const Settings& settings) {
  Settings copy = settings;
  Section table;
  describe_settings(table, copy);
  return table.as_yaml(true);
}

std::string reference_in_markdown() {
  Settings settings;
  Section table;
  describe_settings(table, settings);
  return "# Configuration\n\nEvery setting with its default, written from the program's own tables by `pairwatch validate "
         "--reference`; do not edit.\n"
         "Those of single signals stand with their reasons in `config/rules/signals.yaml`, topics, services and stores in\n"
         "`config/topology.yaml`. `pairwatch validate --effective` prints all of them as they are in force.\n\n"
         "Precedence: flag (`-X kafka.bootstrap_servers=broker:9092`), environment (`PAIRWATCH_KAFKA__BOOTSTRAP_SERVERS`: two "
         "underscores\n"
         "are a dot), files in the order given (`--config FILE`; a rule set alone: `--rules FILE`), these defaults. An unknown key "
         "is an\n"
         "error; all problems are told at once, with file and line. Durations: `100ms`, `30s`, `5m`, `6h`, `180d`. Sizes: `64KiB`, "
         "`1MiB`.\n\n" +
         table.as_markdown("", 2, {"rules.signals", "topology"});
}

}  // namespace pairwatch::config
