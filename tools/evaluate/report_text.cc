#include <cstdarg>
#include <cstdio>

#include "tools/evaluate/formulae.h"
#include "tools/evaluate/report.h"

namespace pairwatch::evaluate {
namespace {

class Text {
 public:
  [[gnu::format(printf, 2, 3)]] void line(const char* format, ...) {
    char buffer[512];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    text_.append(buffer).push_back('\n');
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

unsigned long long whole(std::uint64_t count) { return count; }
double percent(double part) { return 100 * part; }

void tell_population(const Report& report, Text& text) {
  text.line("rules %s (%.12s)", report.rules_version.c_str(), report.rules_sha256.c_str());
  text.line("%llu events, %llu rejected; %llu user-days, %llu of minors", whole(report.events), whole(report.rejected),
            whole(report.user_days), whole(report.minor_days));
  text.line("labels: %llu risky, %llu ordinary, %llu gray (never counted), %llu without an event in the input",
            whole(report.risky_labels), whole(report.ordinary_labels), whole(report.gray_labels), whole(report.labels_not_seen));
  text.line("%s", "");
  text.line("%-20s %12s %16s", "ordinary pairs", "pairs", "false REVIEW");
  for (std::size_t ages = 0; ages < kAgesCount; ++ages) {
    text.line("%-20s %12llu %16llu", std::string(ages_name(static_cast<Ages>(ages))).c_str(), whole(report.ordinary_pairs[ages]),
              whole(report.false_reviews[ages]));
  }
  text.line("%-20s %12llu", "trusted", whole(report.trusted_pairs));
  if (report.other_cases > 0) {
    text.line("%llu cases of risky accounts with somebody whom no label names: neither true nor false", whole(report.other_cases));
  }
}

void tell_severities(const Report& report, Text& text) {
  text.line("%s", "");
  text.line("%-32s %12s %12s %12s", "at this severity or higher", "WATCH", "REVIEW", "URGENT");
  const auto row = [&](const char* name, const char* format, auto value) {
    char cells[3][32];
    for (std::size_t i = 0; i < 3; ++i) std::snprintf(cells[i], sizeof cells[i], format, value(report.severities[i + 1]));
    text.line("%-32s %12s %12s %12s", name, cells[0], cells[1], cells[2]);
  };
  using Figures = const SeverityFigures&;
  row("recall, %", "%.1f", [](Figures f) { return percent(f.recall); });
  row("before harm, %", "%.1f", [](Figures f) { return percent(f.recall_before_harm); });
  row("precision, %", "%.1f", [](Figures f) { return percent(f.precision); });
  row("true cases", "%.0f", [](Figures f) { return static_cast<double>(f.true_cases); });
  row("false cases", "%.0f", [](Figures f) { return static_cast<double>(f.false_cases); });
  row("events from contact, median", "%.0f", [](Figures f) { return f.median_events; });
  row("events from contact, p90", "%.0f", [](Figures f) { return f.p90_events; });
  row("minutes from contact, median", "%.1f", [](Figures f) { return f.median_minutes; });
  row("minutes from contact, p90", "%.1f", [](Figures f) { return f.p90_minutes; });
  row("ERDE-5", "%.4f", [](Figures f) { return f.erde_5; });
  row("ERDE-50", "%.4f", [](Figures f) { return f.erde_50; });
  row("F1", "%.3f", [](Figures f) { return f.f1; });
  row("latency-weighted F1", "%.3f", [](Figures f) { return f.latency_f1; });
  row("false per 1,000 adult-minor pairs", "%.2f", [](Figures f) { return f.per_1000_adult_minor_pairs; });
  row("false per 10,000 minors a day", "%.3f", [](Figures f) { return f.per_10000_minors_a_day; });
}

void tell_groups(const char* title, const std::vector<GroupFigures>& groups, Text& text) {
  text.line("%s", "");
  text.line("%-20s %5s %6s %6s %6s %6s %12s %12s %9s %10s %8s", title, "n", "none", "WATCH", "REVIEW", "URGENT", "REVIEW<harm",
            "WATCH<harm", "events", "minutes", "own kind");
  bool risky = true;
  for (const GroupFigures& group : groups) {
    if (risky && !group.is_risky) text.line("%s", "  ordinary:");
    risky = group.is_risky;
    char before[2][16] = {"", ""};
    if (group.with_harm > 0) {
      const auto harms = static_cast<double>(group.with_harm);
      std::snprintf(before[0], sizeof before[0], "%.1f %%", percent(static_cast<double>(group.review_before_harm) / harms));
      std::snprintf(before[1], sizeof before[1], "%.1f %%", percent(static_cast<double>(group.watch_before_harm) / harms));
    }
    text.line("%-20s %5llu %6llu %6llu %6llu %6llu %12s %12s %9.0f %10.1f %8llu", group.name.c_str(), whole(group.relations),
              whole(group.highest[0]), whole(group.highest[1]), whole(group.highest[2]), whole(group.highest[3]), before[0],
              before[1], group.median_events, group.median_minutes, whole(group.of_own_kind));
  }
}

void tell_risk(const Report& report, Text& text) {
  text.line("%s", "");
  text.line("calibration of PAIR cases: mean distance %.3f", report.calibration_error);
  text.line("%-12s %8s %10s %12s", "risk", "cases", "mean risk", "share risky");
  for (const CalibrationBin& bin : report.calibration) {
    if (bin.cases == 0) continue;
    text.line("%.1f to %.1f   %8llu %10.3f %12.3f", bin.from, bin.to, whole(bin.cases), bin.mean_risk,
              static_cast<double>(bin.risky) / static_cast<double>(bin.cases));
  }
  text.line("%s", "");
  text.line("%s", "a day, per million daily users, REVIEW or higher");
  text.line("%-12s %12s %12s %12s", "prevalence", "alerts", "true", "precision");
  for (const PrevalenceFigures& figures : report.prevalences) {
    text.line("%-12g %12.2f %12.4f %11.2f %%", figures.prevalence, figures.alerts_a_day, figures.true_alerts_a_day,
              percent(figures.precision));
    if (figures.threshold) {
      text.line("  within the alerts asked for: risk from %.3f, recall %.1f %%, precision %.2f %%", *figures.threshold,
                percent(figures.threshold_recall), percent(figures.threshold_precision));
    }
  }
}

void tell_spreads(const Report& report, Text& text) {
  for (const SpreadFigures& spread : report.spreads) {
    text.line("%s", "");
    text.line("false REVIEW by %s: spread %.4f (at most %.2f) %s", spread.by.c_str(), spread.spread, kMostSpread,
              spread.spread <= kMostSpread ? "holds" : "IS BROKEN");
    for (const RateFigures& group : spread.groups) {
      text.line("  %-18s %10llu pairs %8llu false %10.5f%s", group.name.c_str(), whole(group.pairs), whole(group.false_cases),
                group.rate, group.pairs < kLeastPairsOfGroup ? "  (too few to count)" : "");
    }
  }
}

void tell_signals(const Report& report, Text& text) {
  text.line("%s", "");
  text.line("%-28s %8s %8s %10s %8s   without it: %6s %12s %12s", "signal, at first REVIEW", "true", "weighs", "log-odds", "false",
            "lost", "lost<harm", "fewer false");
  for (const SignalFigures& signal : report.signals) {
    char removed[64] = "";
    if (signal.lost) {
      std::snprintf(removed, sizeof removed, "%6lld %12lld %12lld", static_cast<long long>(*signal.lost),
                    static_cast<long long>(*signal.lost_before_harm), static_cast<long long>(*signal.fewer_false_cases));
    }
    text.line("%-28s %8llu %8llu %10.2f %8llu               %s", signal.name.c_str(), whole(signal.detections), whole(signal.first),
              signal.mean_log_odds, whole(signal.false_cases), removed);
  }
}

}  // namespace

std::string as_text(const Report& report) {
  Text text;
  tell_population(report, text);
  tell_severities(report, text);
  tell_groups("archetype", report.archetypes, text);
  tell_groups("evasion", report.evasions, text);
  tell_risk(report, text);
  tell_spreads(report, text);
  tell_signals(report, text);
  return text.take();
}

}  // namespace pairwatch::evaluate
