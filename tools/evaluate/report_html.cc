#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "tools/evaluate/report.h"

namespace pairwatch::evaluate {
namespace {

constexpr double kWidth = 560, kHeight = 300, kLeft = 56, kBottom = 44, kTop = 14, kRight = 16;
constexpr double kPlotWidth = kWidth - kLeft - kRight, kPlotHeight = kHeight - kTop - kBottom;

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem}figure{margin:0 0 1.5rem}figcaption{color:#444}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.2rem .7rem;text-align:right;"
    "border-bottom:1px solid #d8dde3}th:first-child,td:first-child{text-align:left}.wide{overflow-x:auto}"
    "svg{max-width:100%;height:auto}svg text{font:13px system-ui,sans-serif;fill:#333}.bad{color:#a40000;font-weight:600}"
    "@media(prefers-color-scheme:dark){body{background:#14181d;color:#e6e9ed}figcaption{color:#b5bcc5}svg text{fill:#d0d5db}"
    "th,td{border-color:#39414b}.bad{color:#ff8a80}}";

[[gnu::format(printf, 1, 2)]] std::string text_of(const char* format, ...) {
  char buffer[512];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return buffer;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out.push_back(c);
    }
  }
  return out;
}

struct Point {
  double x = 0;  ///< 0 to 1
  double y = 0;
};

struct Tick {
  double at = 0;  ///< 0 to 1
  std::string name;
};

double place_x(double x) { return kLeft + std::clamp(x, 0.0, 1.0) * kPlotWidth; }
double place_y(double y) { return kTop + (1 - std::clamp(y, 0.0, 1.0)) * kPlotHeight; }

/// Axes with ticks and titles, and whatever is drawn between them.
std::string figure(const std::string& caption, const std::string& x_title, const std::vector<Tick>& x_ticks,
                   const std::vector<Tick>& y_ticks, const std::string& drawn) {
  std::string out =
      "<figure><svg role=\"img\" viewBox=\"0 0 560 300\" width=\"560\" height=\"300\" aria-label=\"" + escaped(caption) + "\">";
  for (const Tick& tick : y_ticks) {
    out += text_of("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#8884\"/>", kLeft, kWidth - kRight,
                   place_y(tick.at), place_y(tick.at));
    out += text_of("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", kLeft - 6, place_y(tick.at) + 4) + escaped(tick.name) +
           "</text>";
  }
  for (const Tick& tick : x_ticks) {
    out += text_of("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#8884\"/>", place_x(tick.at), place_x(tick.at),
                   kTop, kTop + kPlotHeight);
    out += text_of("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", place_x(tick.at), kTop + kPlotHeight + 16) +
           escaped(tick.name) + "</text>";
  }
  out += text_of("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", kLeft + kPlotWidth / 2, kHeight - 8) + escaped(x_title) +
         "</text>";
  return out + drawn + "</svg><figcaption>" + escaped(caption) + "</figcaption></figure>\n";
}

std::string line_through(const std::vector<Point>& points, const char* colour, bool dashed = false) {
  std::string out = "<polyline fill=\"none\" stroke-width=\"2.5\" stroke=\"";
  out.append(colour).append(dashed ? "\" stroke-dasharray=\"5 5" : "").append("\" points=\"");
  for (const Point& point : points) out += text_of("%.1f,%.1f ", place_x(point.x), place_y(point.y));
  return out + "\"/>";
}

std::vector<Tick> percent_ticks() { return {{0, "0 %"}, {0.25, "25 %"}, {0.5, "50 %"}, {0.75, "75 %"}, {1, "100 %"}}; }
std::vector<Tick> risk_ticks() { return {{0, "0"}, {0.2, "0.2"}, {0.4, "0.4"}, {0.6, "0.6"}, {0.8, "0.8"}, {1, "1"}}; }

/// A tenth of a minute to 100 days, by powers of ten.
double log_minutes(double minutes) { return (std::log10(std::max(minutes, 0.1)) + 1) / 6.2; }

std::string recall_by_time(const Report& report) {
  std::vector<Point> points = {{0, 0}};
  double detected = 0;
  for (const double minutes : report.minutes_to_review) {
    points.push_back({log_minutes(minutes), points.back().y});
    detected += 1;
    points.push_back({log_minutes(minutes), report.risky_labels > 0 ? detected / static_cast<double>(report.risky_labels) : 0});
  }
  points.push_back({1, points.back().y});
  const std::vector<Tick> ticks = {{log_minutes(0.1), "6 s"},     {log_minutes(1), "1 min"},  {log_minutes(10), "10 min"},
                                   {log_minutes(60), "1 h"},      {log_minutes(1440), "1 d"}, {log_minutes(10'080), "1 w"},
                                   {log_minutes(100'800), "10 w"}};
  return figure("Risky relations that have come to REVIEW, by time since first contact", "time since first contact", ticks,
                percent_ticks(), line_through(points, "#0b6fb8"));
}

std::string calibration_picture(const Report& report) {
  std::string drawn = line_through({{0, 0}, {1, 1}}, "#888888", true);
  std::vector<Point> points;
  for (const CalibrationBin& bin : report.calibration) {
    if (bin.cases == 0) continue;
    const Point point = {bin.mean_risk, static_cast<double>(bin.risky) / static_cast<double>(bin.cases)};
    points.push_back(point);
    drawn += text_of("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"#0b6fb8\"/>", place_x(point.x), place_y(point.y),
                     3 + 2 * std::log10(static_cast<double>(bin.cases)));
  }
  return figure("What risk means: share of cases that are risky, by their risk; the dashed line is what it says", "risk",
                risk_ticks(), percent_ticks(), drawn + line_through(points, "#0b6fb8"));
}

std::string threshold_picture(const Report& report) {
  double most = 1;
  for (const ThresholdPoint& point : report.thresholds) most = std::max(most, point.per_1000_adult_minor_pairs);
  std::vector<Point> alerts, recall;
  for (const ThresholdPoint& point : report.thresholds) {
    alerts.push_back({point.threshold, point.per_1000_adult_minor_pairs / most});
    recall.push_back({point.threshold, point.recall});
  }
  std::vector<Tick> ticks;
  for (const double at : {0.0, 0.25, 0.5, 0.75, 1.0}) ticks.push_back({at, text_of("%.2f", at * most)});
  const std::string caption = text_of(
      "False alerts per 1,000 ordinary adult-minor pairs (red, scale left), and recall (blue, of the full height), by threshold");
  return figure(caption, "threshold of risk", risk_ticks(), ticks,
                line_through(alerts, "#c0392b") + line_through(recall, "#0b6fb8"));
}

std::string cell(const std::string& text) { return "<td>" + text + "</td>"; }
std::string head(const std::string& text) { return "<th>" + escaped(text) + "</th>"; }
std::string count(std::uint64_t number) { return std::to_string(number); }

/// A bar of what severities relations came to: none, WATCH, REVIEW, URGENT.
std::string bar(const GroupFigures& group) {
  constexpr const char* kColours[] = {"#b9c0c8", "#f0c05a", "#e67e22", "#c0392b"};
  std::string out =
      "<svg width=\"200\" height=\"14\" viewBox=\"0 0 200 14\" role=\"img\" aria-label=\"" + escaped(group.name) + "\">";
  double at = 0;
  for (std::size_t severity = 0; severity < kSeverities; ++severity) {
    const double width =
        200 * static_cast<double>(group.highest[severity]) / static_cast<double>(std::max<std::uint64_t>(1, group.relations));
    out += text_of("<rect x=\"%.1f\" width=\"%.1f\" height=\"14\" fill=\"%s\"/>", at, width, kColours[severity]);
    at += width;
  }
  return out + "</svg>";
}

std::string groups_table(const std::string& title, const std::vector<GroupFigures>& groups) {
  std::string out = "<div class=\"wide\"><table><tr>" + head(title) + head("relations") + head("none, WATCH, REVIEW, URGENT") +
                    head("none") + head("WATCH") + head("REVIEW") + head("URGENT") + head("REVIEW before harm") + head("events") +
                    head("minutes") + "</tr>\n";
  for (const GroupFigures& group : groups) {
    const double before =
        group.with_harm > 0 ? 100.0 * static_cast<double>(group.review_before_harm) / static_cast<double>(group.with_harm) : 0;
    out += "<tr>" + cell(escaped(group.name) + (group.is_risky ? "" : " (ordinary)")) + cell(count(group.relations)) +
           cell(bar(group));
    for (const std::uint64_t number : group.highest) out += cell(count(number));
    out += cell(group.with_harm > 0 ? text_of("%.1f %%", before) : "") + cell(text_of("%.0f", group.median_events)) +
           cell(text_of("%.1f", group.median_minutes)) + "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string severities_table(const Report& report) {
  std::string out =
      "<table><tr>" + head("at this severity or higher") + head("WATCH") + head("REVIEW") + head("URGENT") + "</tr>\n";
  const auto row = [&](const char* name, const char* format, auto value) {
    out += "<tr>" + cell(name);
    for (std::size_t severity = 1; severity < kSeverities; ++severity) {
      char text[32];
      std::snprintf(text, sizeof text, format, value(report.severities[severity]));
      out += cell(text);
    }
    out += "</tr>\n";
  };
  using Figures = const SeverityFigures&;
  row("recall", "%.1f %%", [](Figures f) { return 100 * f.recall; });
  row("before harm", "%.1f %%", [](Figures f) { return 100 * f.recall_before_harm; });
  row("precision", "%.1f %%", [](Figures f) { return 100 * f.precision; });
  row("events from first contact, median", "%.0f", [](Figures f) { return f.median_events; });
  row("minutes from first contact, median", "%.1f", [](Figures f) { return f.median_minutes; });
  row("ERDE-5", "%.4f", [](Figures f) { return f.erde_5; });
  row("ERDE-50", "%.4f", [](Figures f) { return f.erde_50; });
  row("latency-weighted F1", "%.3f", [](Figures f) { return f.latency_f1; });
  row("false per 1,000 ordinary adult-minor pairs", "%.2f", [](Figures f) { return f.per_1000_adult_minor_pairs; });
  return out + "</table>\n";
}

std::string prevalence_table(const Report& report) {
  std::string out =
      "<table><tr>" + head("prevalence") + head("alerts a day") + head("of them true") + head("precision") + "</tr>\n";
  for (const PrevalenceFigures& figures : report.prevalences) {
    out += "<tr>" + cell(text_of("%g", figures.prevalence)) + cell(text_of("%.1f", figures.alerts_a_day)) +
           cell(text_of("%.3f", figures.true_alerts_a_day)) + cell(text_of("%.2f %%", 100 * figures.precision)) + "</tr>\n";
  }
  return out + "</table>\n";
}

std::string spreads_table(const Report& report) {
  std::string out = "<table><tr>" + head("false REVIEW by") + head("spread") + head("at most") + "</tr>\n";
  for (const SpreadFigures& spread : report.spreads) {
    const std::string value = text_of("%.4f", spread.spread);
    out += "<tr>" + cell(escaped(spread.by)) +
           cell(spread.spread <= kMostSpread ? value : "<span class=\"bad\">" + value + "</span>") +
           cell(text_of("%.2f", kMostSpread)) + "</tr>\n";
  }
  return out + "</table>\n";
}

std::string signals_table(const Report& report) {
  std::string out = "<div class=\"wide\"><table><tr>" + head("signal") + head("took part") + head("weighed most") +
                    head("mean log-odds") + head("in false cases") + head("lost without it") + head("fewer false without it") +
                    "</tr>\n";
  for (const SignalFigures& signal : report.signals) {
    out += "<tr>" + cell(escaped(signal.name)) + cell(count(signal.detections)) + cell(count(signal.first)) +
           cell(text_of("%.2f", signal.mean_log_odds)) + cell(count(signal.false_cases)) +
           cell(signal.lost ? std::to_string(*signal.lost) : "") +
           cell(signal.fewer_false_cases ? std::to_string(*signal.fewer_false_cases) : "") + "</tr>\n";
  }
  return out + "</table></div>\n";
}

}  // namespace

std::string as_html(const Report& report) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>pairwatch evaluate</title>"
      "<meta name=\"viewport\" content=\"width=device-width\"><style>";
  out.append(kStyle).append("</style></head><body>\n<h1>How well the rules detect</h1>\n<p>");
  out += "Rules " + escaped(report.rules_version) + " (" + escaped(report.rules_sha256.substr(0, 12)) + "). " +
         text_of("%llu events; labels: %llu risky, %llu ordinary, %llu gray, which are never counted.",
                 static_cast<unsigned long long>(report.events), static_cast<unsigned long long>(report.risky_labels),
                 static_cast<unsigned long long>(report.ordinary_labels), static_cast<unsigned long long>(report.gray_labels)) +
         "</p>\n";
  out += "<h2>By severity</h2>\n" + severities_table(report);
  out += "<h2>How early</h2>\n" + recall_by_time(report);
  out += "<h2>What risk means</h2>\n" + calibration_picture(report);
  out += "<h2>What a threshold costs</h2>\n" + threshold_picture(report);
  out += "<h2>By archetype</h2>\n" + groups_table("archetype", report.archetypes);
  if (!report.evasions.empty()) out += "<h2>By evasion</h2>\n" + groups_table("evasion", report.evasions);
  out += "<h2>At the prevalence of the real world</h2>\n<p>REVIEW or higher, a day, per million daily users.</p>\n" +
         prevalence_table(report);
  out += "<h2>Evenness</h2>\n" + spreads_table(report);
  out += "<h2>What carried it</h2>\n<p>At the first REVIEW of each case; and what is lost when a signal weighs nothing.</p>\n" +
         signals_table(report);
  return out + "</body></html>\n";
}

}  // namespace pairwatch::evaluate
