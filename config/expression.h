// From the text of an expression to the instructions that are evaluated (processors/core/expression.h). The one place that includes
// muParser, which knows the grammar; what names stand for, which operators there are, and that numbers and truths are not mixed up
// is checked here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/expression.h"

namespace pairwatch::config {

/// Longer texts are refused.
inline constexpr std::size_t kExpressionBytes = 1024;

/// What is wrong with an expression, and where.
struct ExpressionProblem {
  std::size_t offset = 0;  ///< bytes from the beginning of the text
  std::string message;     ///< what is wrong, and after a semicolon the remedy
};

struct ExpressionResult {
  std::vector<Instruction> program;  ///< empty where there is a problem
  std::optional<ExpressionProblem> problem;
};

/// Compiles a condition over the features and signals of a pair: numbers, + - * / min(a, b) max(a, b), < <= > >= == !=, && || !,
/// parentheses. Tells the first problem. Cost: some 50 us.
ExpressionResult compile_expression(std::string_view text);

}  // namespace pairwatch::config
